       IDENTIFICATION DIVISION.
       PROGRAM-ID. PRIMES.
      * Loops over a table of flags: subscripts, ADD, comparison.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-LIMIT                 PIC 9(6) COMP VALUE 100000.
       01  WS-FLAGS.
           05  WS-FLAG              PIC 9 OCCURS 100000.
       01  WS-NUMBER                PIC 9(6) COMP.
       01  WS-MULTIPLE              PIC 9(6) COMP.
       01  WS-COUNT                 PIC 9(6) COMP VALUE 0.
       01  WS-SHOWN                 PIC Z(5)9.
       PROCEDURE DIVISION.
       MAIN-LINE.
           MOVE ALL '1' TO WS-FLAGS.
           PERFORM VARYING WS-NUMBER FROM 2 BY 1
                   UNTIL WS-NUMBER > WS-LIMIT
               IF WS-FLAG (WS-NUMBER) = 1
                   ADD 1 TO WS-COUNT
                   PERFORM STRIKE-MULTIPLES
               END-IF
           END-PERFORM.
           MOVE WS-COUNT TO WS-SHOWN.
           DISPLAY 'PRIMES: ' WS-SHOWN.
           STOP RUN.
       STRIKE-MULTIPLES.
           ADD WS-NUMBER WS-NUMBER GIVING WS-MULTIPLE.
           PERFORM UNTIL WS-MULTIPLE > WS-LIMIT
               MOVE 0 TO WS-FLAG (WS-MULTIPLE)
               ADD WS-NUMBER TO WS-MULTIPLE
           END-PERFORM.
