       IDENTIFICATION DIVISION.
       PROGRAM-ID. BOUNDS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 N PIC 99 VALUE 3. 01 I PIC S99 VALUE 4. 01 WHICH PIC 9.
       01 G. 05 T OCCURS 1 TO 9 DEPENDING ON N INDEXED BY IX.
            10 A PIC X. 10 B PIC 9 OCCURS 3.
       01 F. 05 R PIC 9 OCCURS 5.
       01 X PIC X(5) VALUE "ABCDE".
       PROCEDURE DIVISION.
           ACCEPT WHICH.
           IF I > 3 OR A (I) = "X" DISPLAY "NOT ASKED".
           MOVE 5 TO I. MOVE 7 TO R (I). DISPLAY R (I) X (I:) X (1:I).
           MOVE 0 TO I. DISPLAY "[" X (2:I) "]".
           SET IX TO 3. MOVE 1 TO B (IX, 3). DISPLAY G.
           EVALUATE WHICH
           WHEN 1 MOVE 1 TO R (I)
           WHEN 2 MOVE 1 TO B (IX + 1, 1)
           WHEN 3 MOVE 4 TO I DISPLAY B (1 I)
           WHEN 4 DISPLAY X (I:1)
           WHEN 5 MOVE 6 TO I DISPLAY X (I:)
           WHEN 6 MOVE -1 TO I DISPLAY X (1:I)
           WHEN 7 MOVE 3 TO I MOVE "ZZZZ" TO X (I:4)
           WHEN 8 MOVE 9 TO N MOVE 1 TO B (9, 3) DISPLAY B (9, 3)
           END-EVALUATE.
           DISPLAY "END". STOP RUN.
