       IDENTIFICATION DIVISION.
       PROGRAM-ID. KEYED.
      * An indexed file: written, read by key, browsed and rewritten.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT CLIENTS ASSIGN TO 'CLIENTS'
               ORGANIZATION INDEXED
               ACCESS DYNAMIC
               RECORD KEY CL-NUMBER
               ALTERNATE RECORD KEY CL-CITY WITH DUPLICATES
               FILE STATUS WS-STATUS.
       DATA DIVISION.
       FILE SECTION.
       FD  CLIENTS.
       01  CLIENT.
           05  CL-NUMBER            PIC 9(8).
           05  CL-CITY              PIC X(12).
           05  CL-BALANCE           PIC S9(9)V99 COMP-3.
           05  FILLER               PIC X(74).
       WORKING-STORAGE SECTION.
       01  WS-STATUS                PIC XX.
       01  WS-COUNT                 PIC 9(6) COMP.
       01  WS-CITY                  PIC 9(3).
       01  WS-FOUND                 PIC 9(6) COMP VALUE 0.
       01  WS-MISSING               PIC 9(6) COMP VALUE 0.
       01  WS-REWRITTEN             PIC 9(6) COMP VALUE 0.
       PROCEDURE DIVISION.
       MAIN-LINE.
           OPEN OUTPUT CLIENTS.
           PERFORM WRITE-CLIENT VARYING WS-COUNT FROM 1 BY 1
                   UNTIL WS-COUNT > 10000.
           CLOSE CLIENTS.
           OPEN I-O CLIENTS.
           PERFORM READ-CLIENT VARYING WS-COUNT FROM 1 BY 1
                   UNTIL WS-COUNT > 10000.
           MOVE 0 TO CL-NUMBER.
           START CLIENTS KEY NOT LESS THAN CL-NUMBER
               INVALID KEY DISPLAY 'NO CLIENT'
           END-START.
           PERFORM UNTIL WS-STATUS = '10'
               READ CLIENTS NEXT
                   AT END CONTINUE
                   NOT AT END PERFORM CHARGE-CLIENT
               END-READ
           END-PERFORM.
           CLOSE CLIENTS.
           DISPLAY 'FOUND: ' WS-FOUND ' MISSING: ' WS-MISSING
               ' REWRITTEN: ' WS-REWRITTEN.
           STOP RUN.
       WRITE-CLIENT.
           MOVE SPACES TO CLIENT.
           COMPUTE CL-NUMBER = WS-COUNT * 7.
           DIVIDE WS-COUNT BY 100 GIVING WS-CITY.
           STRING 'CITY ' WS-CITY DELIMITED BY SIZE INTO CL-CITY.
           COMPUTE CL-BALANCE = WS-COUNT * 3.5.
           WRITE CLIENT.
       READ-CLIENT.
           COMPUTE CL-NUMBER = WS-COUNT * 14.
           READ CLIENTS
               INVALID KEY ADD 1 TO WS-MISSING
               NOT INVALID KEY ADD 1 TO WS-FOUND
           END-READ.
       CHARGE-CLIENT.
           IF CL-BALANCE > 17500
               SUBTRACT 2.5 FROM CL-BALANCE
               REWRITE CLIENT
               ADD 1 TO WS-REWRITTEN
           END-IF.
