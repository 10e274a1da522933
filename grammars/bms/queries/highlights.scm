; For editors and reports: what a node is, by the names that themes know.
(comment) @comment
(remarks) @comment
(identification_area) @comment.documentation
(continuation) @punctuation.special
["DFHMSD" "DFHMDI" "DFHMDF"] @keyword
(operation) @keyword
(label) @label
(keyword) @property
(string) @string
(operand_text) @string
(number) @number
[(unterminated_string) (uncontinued) (stray)] @error
