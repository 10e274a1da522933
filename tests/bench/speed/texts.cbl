       IDENTIFICATION DIVISION.
       PROGRAM-ID. TEXTS.
      * Text: STRING, UNSTRING, INSPECT, reference modification.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-NAME                  PIC X(20).
       01  WS-CITY                  PIC X(20).
       01  WS-LINE                  PIC X(60).
       01  WS-PARTS.
           05  WS-PART              PIC X(20) OCCURS 3.
       01  WS-AT                    PIC 9(3) COMP.
       01  WS-ROUND                 PIC 9(6).
       01  WS-VOWELS                PIC 9(7) COMP VALUE 0.
       01  WS-LONG                  PIC 9(7) COMP VALUE 0.
       PROCEDURE DIVISION.
       MAIN-LINE.
           MOVE 'NORTH HARBOUR' TO WS-CITY.
           PERFORM ONE-LINE VARYING WS-ROUND FROM 1 BY 1
                   UNTIL WS-ROUND > 20000.
           DISPLAY 'VOWELS: ' WS-VOWELS ' LONG: ' WS-LONG.
           STOP RUN.
       ONE-LINE.
           MOVE SPACES TO WS-NAME WS-LINE.
           STRING 'CLIENT-' WS-ROUND (4:3) DELIMITED BY SIZE
               INTO WS-NAME.
           MOVE 1 TO WS-AT.
           STRING WS-NAME DELIMITED BY SPACE
                  ';' DELIMITED BY SIZE
                  WS-CITY DELIMITED BY '  '
                  ';' WS-ROUND DELIMITED BY SIZE
               INTO WS-LINE WITH POINTER WS-AT.
           UNSTRING WS-LINE DELIMITED BY ';'
               INTO WS-PART (1) WS-PART (2) WS-PART (3).
           INSPECT WS-LINE TALLYING WS-VOWELS
               FOR ALL 'A' ALL 'E' ALL 'I' ALL 'O' ALL 'U'.
           INSPECT WS-PART (2) REPLACING ALL 'H' BY 'h'.
           IF WS-PART (2) (1:5) = 'NORTh' AND WS-AT > 30
               ADD 1 TO WS-LONG
           END-IF.
