// BMS: the macros that define maps, as the assembler reads them. See README.md.
//
// All lexing is src/scanner.c's, for what a character means depends on its column.

const label = $ => optional(field('label', $.label));

const separated = rule => seq(rule, repeat(seq(',', rule)));

module.exports = grammar({
  name: 'bms',

  // In the order of scanner.c's enum Token.
  externals: $ => [
    $.label, 'DFHMSD', 'DFHMDI', 'DFHMDF', $.operation,
    $.keyword, $.word, $.number, $.string, '=', ',', '(', ')', $.operand_text,
    $.remarks, $.comment, $.continuation, $.identification_area,
    $._line_end, $.unterminated_string, $.uncontinued, $.stray, $._error_sentinel,
  ],

  extras: $ => [
    /[ \t\r\n\f\x1a]+/, $.remarks, $.comment, $.continuation, $.identification_area,
  ],

  rules: {
    source_file: $ => repeat(choice($.mapset_macro, $.map_macro, $.field_macro, $.instruction)),

    mapset_macro: $ => seq(label($), 'DFHMSD', optional($._operands), $._line_end),
    map_macro: $ => seq(label($), 'DFHMDI', optional($._operands), $._line_end),
    field_macro: $ => seq(label($), 'DFHMDF', optional($._operands), $._line_end),

    // Any other macro or instruction of the assembler: TITLE, PRINT, COPY, END, ...
    instruction: $ => seq(
      label($), field('operation', $.operation), optional(field('operands', $.operand_text)), $._line_end),

    _operands: $ => separated($.operand),
    operand: $ => seq(field('keyword', $.keyword), '=', optional(field('value', $._value))),
    _value: $ => choice($.word, $.number, $.string, $.list),
    list: $ => seq('(', optional($._value), repeat(seq(',', optional($._value))), ')'),
  },
});
