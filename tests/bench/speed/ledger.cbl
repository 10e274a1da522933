       IDENTIFICATION DIVISION.
       PROGRAM-ID. LEDGER.
      * Sequential files: written, read with totals, and a report.
       ENVIRONMENT DIVISION.
       INPUT-OUTPUT SECTION.
       FILE-CONTROL.
           SELECT POSTINGS ASSIGN TO 'POSTINGS'.
           SELECT REPORT-FILE ASSIGN TO 'REPORT'
               ORGANIZATION LINE SEQUENTIAL.
       DATA DIVISION.
       FILE SECTION.
       FD  POSTINGS.
       01  POSTING.
           05  PO-ACCOUNT           PIC 9(8).
           05  PO-AMOUNT            PIC S9(7)V99 COMP-3.
           05  PO-KIND              PIC X.
               88  PO-DEBIT         VALUE 'D'.
           05  PO-TEXT              PIC X(66).
       FD  REPORT-FILE.
       01  REPORT-LINE              PIC X(60).
       WORKING-STORAGE SECTION.
       01  WS-COUNT                 PIC 9(6) COMP.
       01  WS-LAST-OF-FILE          PIC X VALUE 'N'.
           88  WS-DONE              VALUE 'Y'.
       01  WS-DEBITS                PIC S9(11)V99 COMP-3 VALUE 0.
       01  WS-CREDITS               PIC S9(11)V99 COMP-3 VALUE 0.
       01  WS-LINE.
           05  WL-ACCOUNT           PIC 9(8).
           05  FILLER               PIC XX.
           05  WL-AMOUNT            PIC Z,ZZZ,ZZ9.99-.
           05  FILLER               PIC XX.
           05  WL-TEXT              PIC X(30).
       PROCEDURE DIVISION.
       MAIN-LINE.
           OPEN OUTPUT POSTINGS.
           PERFORM WRITE-POSTING VARYING WS-COUNT FROM 1 BY 1
                   UNTIL WS-COUNT > 40000.
           CLOSE POSTINGS.
           OPEN INPUT POSTINGS OUTPUT REPORT-FILE.
           PERFORM READ-POSTING.
           PERFORM UNTIL WS-DONE
               PERFORM TAKE-POSTING
               PERFORM READ-POSTING
           END-PERFORM.
           CLOSE POSTINGS REPORT-FILE.
           DISPLAY 'DEBITS: ' WS-DEBITS ' CREDITS: ' WS-CREDITS.
           STOP RUN.
       WRITE-POSTING.
           MOVE WS-COUNT TO PO-ACCOUNT.
           COMPUTE PO-AMOUNT = WS-COUNT * 1.37 - 20000.
           IF PO-AMOUNT < 0
               MOVE 'D' TO PO-KIND
           ELSE
               MOVE 'C' TO PO-KIND
           END-IF.
           MOVE 'POSTED BY THE NIGHT RUN' TO PO-TEXT.
           WRITE POSTING.
       READ-POSTING.
           READ POSTINGS
               AT END SET WS-DONE TO TRUE
           END-READ.
       TAKE-POSTING.
           IF PO-DEBIT
               SUBTRACT PO-AMOUNT FROM WS-DEBITS
           ELSE
               ADD PO-AMOUNT TO WS-CREDITS
           END-IF.
           MOVE SPACES TO WS-LINE.
           MOVE PO-ACCOUNT TO WL-ACCOUNT.
           MOVE PO-AMOUNT TO WL-AMOUNT.
           MOVE PO-TEXT TO WL-TEXT.
           WRITE REPORT-LINE FROM WS-LINE.
