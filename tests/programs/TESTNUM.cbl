       IDENTIFICATION DIVISION.
       PROGRAM-ID. TESTNUM.
      * TEST-NUMVAL, TEST-DATE-YYYYMMDD, TEST-DAY-YYYYDDD.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01  WS-TEXTS.
           05  PIC X(8) VALUE "12".
           05  PIC X(8) VALUE " -1.5".
           05  PIC X(8) VALUE "1.5-".
           05  PIC X(8) VALUE "- 7 CR".
           05  PIC X(8) VALUE "7 CR".
           05  PIC X(8) VALUE "7 cr".
           05  PIC X(8) VALUE "7C".
           05  PIC X(8) VALUE "7 DB 1".
           05  PIC X(8) VALUE "1 2".
           05  PIC X(8) VALUE "1+2".
           05  PIC X(8) VALUE ".".
           05  PIC X(8) VALUE ".+1".
           05  PIC X(8) VALUE "1.2.3".
           05  PIC X(8) VALUE "1,200".
           05  PIC X(8) VALUE SPACES.
           05  PIC X(8) VALUE "++1".
           05  PIC X(8) VALUE "CR1".
           05  PIC X(8) VALUE "12345678".
           05  PIC X(8) VALUE "1234567D".
       01  FILLER REDEFINES WS-TEXTS.
           05  WS-TEXT PIC X(8) OCCURS 19.
       01  WS-DATES.
           05  PIC X(15) VALUE "202402292024366".
           05  PIC X(15) VALUE "202302292023366".
           05  PIC X(15) VALUE "202313012023000".
           05  PIC X(15) VALUE "202300012023001".
           05  PIC X(15) VALUE "160012311600365".
           05  PIC X(15) VALUE "160101011601001".
           05  PIC X(15) VALUE "202304310000001".
           05  PIC X(15) VALUE "999912319999365".
       01  FILLER REDEFINES WS-DATES.
           05  FILLER OCCURS 8.
               10  WS-DATE PIC 9(8).
               10  WS-DAY PIC 9(7).
       01  WS-LONG PIC X(39) VALUE ALL "1".
       01  WS-AT PIC 99.
       01  WS-PLACE PIC 99.
       PROCEDURE DIVISION.
       MAIN-LINE.
           PERFORM VARYING WS-AT FROM 1 BY 1 UNTIL WS-AT > 19
               COMPUTE WS-PLACE = FUNCTION TEST-NUMVAL (WS-TEXT (WS-AT))
               DISPLAY WS-AT " " WS-PLACE
                   " " FUNCTION TEST-NUMVAL (WS-TEXT (WS-AT))
           END-PERFORM.
           DISPLAY FUNCTION TEST-NUMVAL (WS-LONG).
           IF FUNCTION TEST-NUMVAL (WS-LONG (1:38)) = 0
               DISPLAY "A NUMBER OF 38 DIGITS".
           PERFORM VARYING WS-AT FROM 1 BY 1 UNTIL WS-AT > 8
               DISPLAY WS-DATE (WS-AT) " "
                   FUNCTION TEST-DATE-YYYYMMDD (WS-DATE (WS-AT)) " "
                   FUNCTION TEST-DAY-YYYYDDD (WS-DAY (WS-AT))
           END-PERFORM.
           STOP RUN.
