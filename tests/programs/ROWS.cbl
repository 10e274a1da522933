       IDENTIFICATION DIVISION.
       PROGRAM-ID. ROWS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 LINES-OF OCCURS 3.
          05 K PIC 9 VALUE 7. 05 V PIC X(2).
             88 IS-ZZ VALUE "zz".
       01 I PIC 9 VALUE 3.
       PROCEDURE DIVISION.
           MOVE "3zz" TO LINES-OF (I).
           DISPLAY LINES-OF (1) "/" LINES-OF (I) "/" V (3) "/" K (2).
           IF IS-ZZ (I) AND NOT IS-ZZ (1) DISPLAY "ZZ".
           ADD 2 TO K (1) GIVING K (2). DISPLAY LINES-OF (2).
           INITIALIZE LINES-OF (3). DISPLAY LINES-OF (3) "/" K (3).
           STOP RUN.
