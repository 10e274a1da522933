// JCL as it stands on its cards: jobs, procedures, steps, DD statements and the data among them. See README.md.
//
// All lexing is src/scanner.c's. It looks at a card's operation before it gives the card's `//`, so that a
// statement is known from its first token, and it ends steps, jobs, procedures and branches with a zero-width
// token (_end): what may follow them costs no parser states.

// Operations, in the order of scanner.c's table; each has a token for its card's `//`.
const OPERATIONS = [
  'JOB', 'EXEC', 'DD', 'PROC', 'PEND', 'SET', 'INCLUDE', 'JCLLIB', 'IF', 'ELSE', 'ENDIF', 'OUTPUT', 'CNTL', 'ENDCNTL',
  'XMIT', 'EXPORT', 'COMMAND',
];

const card = ($, operation) => alias($[`${operation.toLowerCase()}_card`], '//');
const head = ($, operation) => seq(
  card($, operation), optional(field('name', $.name)), alias($.operation, operation));
const statement = ($, operation) => seq(head($, operation), optional($._operands), $._line_end);
const plain = ($, operation) => seq(head($, operation), $._line_end);
const separated = rule => choice(
  seq(rule, repeat(seq(',', optional(rule)))), repeat1(seq(',', optional(rule))));

module.exports = grammar({
  name: 'jcl',

  // In the order of scanner.c's enum Token.
  externals: $ => [
    ...OPERATIONS.map(operation => $[`${operation.toLowerCase()}_card`]),
    $.group_card, $.system_card, $.cntl_line_card, $.unknown_card, $.concatenated_card, $.null_card,
    $.name, $.operation, $.command_text,
    $.keyword, $.word, $.number, $.string, '=', ',', '(', ')',
    $.relation, $.and_sign, $.or_sign, $.not_sign, 'THEN',
    $.instream_data, $.delimiter, $.jes2_statement, $.jes3_statement,
    $.remarks, $.comment, $.continuation, $.identification_area, $.listing_line,
    $._line_end, $._end, $._unended, $.endif, $._peeked, $.unterminated_string, $.uncontinued, $.unknown_operation,
    $._error_sentinel,
  ],

  extras: $ => [
    /[ \t\r\n\f\x1a]+/, $.remarks, $.comment, $.continuation, $.identification_area, $.listing_line,
    $._peeked,
  ],

  supertypes: $ => [$.condition],

  rules: {
    source_file: $ => repeat(choice($.job, $._item, $.null_statement)),

    job: $ => prec.right(seq($.job_statement, repeat($._item), $._end, optional($.null_statement))),
    job_statement: $ => statement($, 'JOB'),
    null_statement: $ => seq(alias($.null_card, '//'), $._line_end),

    _item: $ => choice($.step, $.procedure, $.if_construct, $._anywhere),

    // What may stand among the DD statements of a step as well as before the first step.
    _anywhere: $ => choice(
      $.dd, $.set_statement, $.include_statement, $.jcllib_statement, $.output_statement, $.cntl,
      $.xmit_statement, $.export_statement, $.group_statement, $.command_statement,
      $.unknown_statement, $.jes2_statement, $.jes3_statement, $._delimited),

    step: $ => seq($.exec_statement, repeat(choice($._anywhere, $.generated_dd)), $._end),
    exec_statement: $ => statement($, 'EXEC'),

    procedure: $ => prec.right(seq($.proc_statement, repeat($._item), $._end, optional($.pend_statement))),
    proc_statement: $ => statement($, 'PROC'),
    pend_statement: $ => plain($, 'PEND'),

    if_construct: $ => seq(
      $.if_statement, field('then', $.branch),
      optional(seq($.else_statement, field('else', $.branch))), $._endif),
    // At the end of a job the scanner says that an IF is open; the token that must follow is never there.
    _endif: $ => choice($.endif_statement, seq($._unended, $.endif)),
    branch: $ => seq(repeat($._item), $._end),
    if_statement: $ => seq(head($, 'IF'), field('condition', $.condition), 'THEN', $._line_end),
    else_statement: $ => plain($, 'ELSE'),
    endif_statement: $ => plain($, 'ENDIF'),

    // ---- data sets ----
    dd: $ => prec.right(seq($.dd_statement, repeat(alias($._concatenated, $.dd_statement)))),
    dd_statement: $ => prec.right(seq(statement($, 'DD'), optional($._data))),
    _concatenated: $ => prec.right(seq(
      alias($.concatenated_card, '//'), alias($.operation, 'DD'), optional($._operands), $._line_end,
      optional($._data))),
    _data: $ => prec.right(choice(seq($.instream_data, optional($._delimited)), $._delimited)),
    _delimited: $ => seq($.delimiter, $._line_end),
    // Data without a DD statement: the system supplies SYSIN DD * for it.
    generated_dd: $ => prec.right(seq($.instream_data, optional($._delimited))),

    // ---- the other statements ----
    set_statement: $ => statement($, 'SET'),
    include_statement: $ => statement($, 'INCLUDE'),
    jcllib_statement: $ => statement($, 'JCLLIB'),
    output_statement: $ => statement($, 'OUTPUT'),
    export_statement: $ => statement($, 'EXPORT'),
    xmit_statement: $ => prec.right(seq(statement($, 'XMIT'), optional($._data))),
    // Of JOBGROUPs, and NOTIFY and SCHEDULE.
    group_statement: $ => seq(
      alias($.group_card, '//'), optional(field('name', $.name)),
      field('operation', alias($.operation, $.command)), optional($._operands), $._line_end),
    command_statement: $ => choice(
      statement($, 'COMMAND'),
      seq(alias($.system_card, '//'), optional(field('name', $.name)),
        field('operation', alias($.operation, $.command)), optional($.command_text), $._line_end)),
    cntl: $ => seq(statement($, 'CNTL'), repeat($.cntl_line), plain($, 'ENDCNTL')),
    cntl_line: $ => seq(
      alias($.cntl_line_card, '//'), optional(field('name', $.name)),
      field('operation', alias($.operation, $.command)), optional($._operands), $._line_end),

    // The operation itself is an error: the scanner gives a token for it that nothing takes.
    unknown_statement: $ => seq(
      alias($.unknown_card, '//'), optional(field('name', $.name)), optional($._operands), $._line_end),

    // ---- operands ----
    _operands: $ => separated($._operand),
    _operand: $ => choice($.parameter, $._value),
    parameter: $ => seq(field('keyword', $.keyword), '=', optional(field('value', choice($.parameter, $._value)))),
    _value: $ => choice($._simple, $.compound),
    _simple: $ => choice($.word, $.number, $.string, $.list),
    // Parts without a blank between: a data set with its member, a symbol before a literal.
    compound: $ => seq($._simple, repeat1($._simple)),
    list: $ => seq('(', optional($._operands), ')'),

    // ---- conditions of IF ----
    condition: $ => choice($.or, $.and, $.not, $.comparison, $.parenthesised, $.word),
    or: $ => prec.left(1, seq($.condition, alias($.or_sign, 'OR'), $.condition)),
    and: $ => prec.left(2, seq($.condition, alias($.and_sign, 'AND'), $.condition)),
    not: $ => prec(3, seq(alias($.not_sign, 'NOT'), $.condition)),
    parenthesised: $ => seq('(', $.condition, ')'),
    comparison: $ => seq(
      field('left', $.word), field('operator', $.relation), field('right', choice($.word, $.number, $.string))),
  },
});
