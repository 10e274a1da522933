; For editors and reports: what a node is, by the names that themes know.
[(comment) (comment_entry) (debug_line)] @comment
[(sequence_area) (identification_area) (indicator)] @comment.documentation
(directive) @keyword.directive
[(string_literal) (pseudo_text) (exec_text)] @string
[(number_literal) (level_number)] @number
(figurative_constant) @constant.builtin
[(picture_string) (usage_word)] @type
[(class_word) (attribute) (terminator)] @keyword
[(unterminated_literal) (stray)] @error
(period) @punctuation.delimiter
(separator) @punctuation.delimiter

(program_id_paragraph name: (_) @module)
(section_header name: (name) @function)
(paragraph_header name: (name) @function)
(perform_statement procedure: (qualified_name (name) @function.call))
(go_to_statement target: (qualified_name (name) @function.call))
(call_statement program: (_) @function.call)
(function_call name: (name) @function.builtin)
(copy_statement book: (_) @module)
(data_description name: (name) @variable)
(name) @variable
