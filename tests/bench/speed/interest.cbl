       IDENTIFICATION DIVISION.
       PROGRAM-ID. INTEREST.
      * Packed decimal: COMPUTE ROUNDED, size errors, edited output.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-ACCOUNT.
           05  WS-BALANCE           PIC S9(9)V99 COMP-3.
           05  WS-INTEREST          PIC S9(7)V99 COMP-3.
           05  WS-FEE               PIC S9(3)V99 COMP-3 VALUE 1.25.
       01  WS-RATE                  PIC 9V9(5) COMP-3.
       01  WS-TOTAL                 PIC S9(13)V99 COMP-3 VALUE 0.
       01  WS-OVERFLOWS             PIC 9(7) COMP VALUE 0.
       01  WS-ROUND                 PIC 9(7) COMP.
       01  WS-MONTH                 PIC 9(3) COMP.
       01  WS-SHOWN                 PIC Z(12)9.99-.
       PROCEDURE DIVISION.
       MAIN-LINE.
           PERFORM VARYING WS-ROUND FROM 1 BY 1 UNTIL WS-ROUND > 500
               COMPUTE WS-BALANCE = WS-ROUND * 37.19
               COMPUTE WS-RATE = 0.01 + WS-ROUND / 40000
               PERFORM ONE-MONTH VARYING WS-MONTH FROM 1 BY 1
                       UNTIL WS-MONTH > 120
               ADD WS-BALANCE TO WS-TOTAL
           END-PERFORM.
           MOVE WS-TOTAL TO WS-SHOWN.
           DISPLAY 'TOTAL: ' WS-SHOWN.
           DISPLAY 'OVERFLOWS: ' WS-OVERFLOWS.
           STOP RUN.
       ONE-MONTH.
           COMPUTE WS-INTEREST ROUNDED = WS-BALANCE * WS-RATE / 12
               ON SIZE ERROR
                   ADD 1 TO WS-OVERFLOWS
                   MOVE 0 TO WS-INTEREST
           END-COMPUTE.
           ADD WS-INTEREST TO WS-BALANCE.
           IF WS-BALANCE > 1000
               SUBTRACT WS-FEE FROM WS-BALANCE
           END-IF.
