       IDENTIFICATION DIVISION.
       PROGRAM-ID. STOPS.
      * STOP with literals and figurative constants.
       PROCEDURE DIVISION.
       MAIN-LINE.
           STOP QUOTE.
           STOP ZERO.
           STOP "A".
           STOP 5.
           STOP RUN.
