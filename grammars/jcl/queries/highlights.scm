; For editors and reports: what a node is, by the names that themes know.
[(comment) (remarks) (listing_line)] @comment
(identification_area) @comment.documentation
(continuation) @punctuation.special
["JOB" "EXEC" "DD" "PROC" "PEND" "SET" "INCLUDE" "JCLLIB" "OUTPUT" "CNTL" "ENDCNTL" "XMIT" "EXPORT"] @keyword
["IF" "THEN" "ELSE" "ENDIF"] @keyword.conditional
["AND" "OR" "NOT"] @keyword.operator
(relation) @operator
[(jes2_statement) (jes3_statement)] @keyword.directive
(name) @label
(keyword) @property
(string) @string
(instream_data) @string.special
(number) @number
[(unterminated_string) (uncontinued) (unknown_operation)] @error
