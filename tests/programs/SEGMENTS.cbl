       IDENTIFICATION DIVISION.
       PROGRAM-ID. SEGMENTS.
       DATA DIVISION.
       WORKING-STORAGE SECTION.
       01 N PIC 99 VALUE 0.
       PROCEDURE DIVISION.
       FIRST-PART SECTION 10.
       P-1.
           ALTER Q-1 TO PROCEED TO Q-3.
           PERFORM Q-PART.
           PERFORM R-PART.
           PERFORM R-PART.
           ALTER R-1 TO PROCEED TO R-3.
           PERFORM R-1 THRU R-3.
           PERFORM R-PART.
           ALTER Q-1 TO PROCEED TO Q-3.
           GO TO Q-1.
       Q-PART SECTION 60.
       Q-1.
           GO TO Q-2.
       Q-2.
           DISPLAY "Q-2".
       Q-3.
           ADD 1 TO N.
           DISPLAY "Q-3 " N.
           ALTER Q-1 TO PROCEED TO Q-3.
           IF N > 9 STOP RUN.
           IF N = 3 GO TO R-1.
       R-PART SECTION 61.
       R-1.
           GO TO R-2.
       R-2.
           DISPLAY "R-2".
           ALTER R-1 TO PROCEED TO R-3.
           PERFORM Q-PART.
           IF N < 5 GO TO R-1.
       R-3.
           DISPLAY "R-3 " N.
           IF N > 6 STOP RUN.
       S-PART SECTION 60.
       S-1.
           ADD 1 TO N.
           DISPLAY "S-1".
           IF N < 4 GO TO Q-1.
           IF N > 8 STOP RUN.
           GO TO R-PART.
