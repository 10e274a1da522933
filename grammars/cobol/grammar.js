// COBOL as it stands in the source: columns, COPY, EXEC and all. See README.md.
//
// All lexing is src/scanner.c's: it keeps the stack of open scopes and closes them with zero-width
// tokens (_block_end, _statement_end), so that optional END-x words cost no parser states.
// Lists of clauses are unordered, and end in `any_clause`: what is unknown costs one node, not the file.

const { readFileSync } = require('fs');
const { join } = require('path');
const statements = require('./statements.js');

// Word tokens, in the order of the scanner's table.
const KEYWORDS = [...readFileSync(join(__dirname, 'src', 'keywords.def'), 'utf8')
  .matchAll(/^KEYWORD\(\w+, "([^"]+)"/gm)].map(row => row[1]);

// In the order of scanner.c's enum Token, after the keywords.
const OPERATORS = ['=', '<', '>', '<=', '>=', '<>', '+', '-', '*', '/', '**', '(', ')', ':', '&'];

// The bodies of statements that have a terminator.
const BODIES = Object.keys(statements).filter(name => `${name.slice(1)}_statement` in statements);
const STATEMENTS = Object.keys(statements).filter(name => name.endsWith('_statement'));

const list = (...rules) => repeat(choice(...rules));
const list1 = (...rules) => prec.right(repeat1(choice(...rules)));
const opt = optional;

// Words and signs are written as strings in the rules. Here each becomes an external token under that name, so
// that tree-sitter makes no lexer for them: the scanner is the only one.
function scanned({ grammar: { rules, externals, ...rest } }) {
  const symbol = text => ({ type: 'SYMBOL', name: '_' + (externals.findIndex(token => token.value === text)) });
  const token = rule => rule.type === 'STRING'
    ? { type: 'ALIAS', content: symbol(rule.value), named: false, value: rule.value }
    : rule;
  const walk = rule => Array.isArray(rule) ? rule.map(walk) : rule === null || typeof rule !== 'object' ? rule
    : token(Object.fromEntries(Object.entries(rule).map(([key, value]) => [key, walk(value)])));
  return { grammar: { ...rest, rules: walk(rules),
    externals: externals.map(rule => rule.type === 'STRING' ? symbol(rule.value) : rule) } };
}

module.exports = scanned(grammar({
  name: 'cobol',

  externals: $ => [
    ...KEYWORDS, ...OPERATORS,
    $.name, $._header, $._section_name, $.level_number, $._drawn_level, $.number_literal, $.string_literal, $.figurative_constant,
    $.picture_string, $.usage_word, $.class_word, $.report_word, $.screen_attribute, $.screen_property, $.comment_heading, $.period, $.pseudo_text, $.comment_entry, $.exec_text,
    $.comment, $.debug_line, $.directive, $.sequence_area, $.identification_area, $.indicator,
    $.separator, $.unterminated_literal, $.stray, $.terminator, $.attribute,
    $.replaced_word, $._operand_end, $._copy_end, $.copied_text, $._suffix_open, $._suffix_of, $._suffix_end, $._statement_end, $._block_end, $._no_period,
    $._begin, $._inline, $._sentence_begin, $._peeked,
    $._at_end, $._not_at_end, $._invalid_key, $._not_invalid_key, $._size_error, $._not_size_error,
    $._exception, $._not_exception, $._overflow, $._not_overflow, $._end_of_page, $._not_end_of_page,
    $._no_data, $._with_data,
    $._error_sentinel,
  ],

  extras: $ => [
    /[ \t\r\n\f\x1a]+/, $.separator, $.comment, $.debug_line, $.directive, $.sequence_area,
    $.identification_area, $.indicator, $._peeked, $.replaced_word, $.copy_statement,
    $._qualifier, $.subscript, $.reference_modification,
  ],

  // Rules that stand for one node of several kinds cost the parser nothing so.
  inline: $ => [
    $._statement, $._end_of_block, $._stop, $._sentence_unit, $._procedure_unit, $._entry, $._literal,
    $._copy_unit, $._data_unit, $._environment_unit, $._identification_unit,
    $._record_size, $._inspect_words, $._place, $._item, $._program_name, $._book, $._replace_text, $._constant, $._value, $._usage, $._key_name, $._size, $._any_word, $._loose,
    $._operand, $._sender, $._arithmetic, $._term, $._condition_part, $._procedure_name,
    $._perform_option, $._perform_procedure, $._perform_inline, $._selection, $._delimiter, $._unstring_target,
    $._string_source, $._written, $._displayed, $._returning, ...BODIES.map(name => $[name]),
  ],

  rules: {
    // A program, or a copybook's fragment: any run of units.
    source_file: $ => repeat(choice(
      $.identification_division, $.environment_division, $.data_division, $.procedure_division,
      $.end_program, $._identification_unit, $._environment_unit, $._data_unit, $._procedure_unit,
      $.select_entry, $.function_specifiers)),
    // A copybook for the REPOSITORY.
    function_specifiers: $ => prec.right(seq(repeat1($._function_specifier), opt($.period))),
    _function_specifier: $ => seq('FUNCTION', opt('ALL'), repeat1(field('function', $.name)), opt(seq('AS', $.string_literal))),

    // ---- IDENTIFICATION DIVISION ----
    identification_division: $ => prec.right(seq(
      'IDENTIFICATION', 'DIVISION', $.period, repeat(choice($._identification_unit, $._copy_unit)))),
    _identification_unit: $ => choice($.program_id_paragraph, $.function_id_paragraph, $.comment_paragraph),
    program_id_paragraph: $ => prec.right(seq(
      'PROGRAM-ID', opt($.period), field('name', $._program_name),
      list('IS', 'COMMON', 'INITIAL', 'RECURSIVE', 'PROGRAM', 'AS', 'EXTERNAL', $.string_literal, $.name),
      opt($._stop))),
    function_id_paragraph: $ => seq(
      'FUNCTION-ID', $.period, field('name', $._program_name), opt(seq('AS', $.string_literal)), $._stop),
    _program_name: $ => choice($.name, $.string_literal),
    comment_paragraph: $ => prec.right(seq(
      $.comment_heading, opt($.period), opt($.comment_entry))),
    end_program: $ => seq('END', choice('PROGRAM', 'FUNCTION'), field('name', $._program_name), $._stop),

    // The period that ends a thing, or the place where a copybook's text supplies it.
    _stop: $ => choice($.period, $._no_period),

    // ---- ENVIRONMENT DIVISION ----
    environment_division: $ => prec.right(seq(
      'ENVIRONMENT', 'DIVISION', $.period, repeat(choice($._environment_unit, $._copy_unit)))),
    _environment_unit: $ => choice(
      $.configuration_section, $.input_output_section, $._environment_paragraph),
    _environment_paragraph: $ => choice(
      $._configuration_paragraph, $.file_control_paragraph, $.i_o_control_paragraph),

    configuration_section: $ => prec.right(seq(
      'CONFIGURATION', 'SECTION', $.period, repeat(choice($._configuration_paragraph, $._copy_unit)))),
    _configuration_paragraph: $ => choice(
      $.source_computer_paragraph, $.object_computer_paragraph, $.special_names_paragraph, $.repository_paragraph),
    source_computer_paragraph: $ => prec.right(seq(
      'SOURCE-COMPUTER', $.period, opt(seq(list1('WITH', 'DEBUGGING', 'MODE', $._loose), $._stop)))),
    object_computer_paragraph: $ => prec.right(seq(
      'OBJECT-COMPUTER', $.period, opt(seq(list1($._loose, 'PROGRAM', 'COLLATING', 'SEQUENCE', 'IS'), $._stop)))),
    repository_paragraph: $ => prec.right(seq(
      'REPOSITORY', $.period, opt(seq(list1('FUNCTION', 'ALL', 'CLASS', 'PROGRAM', 'AS', $._loose, $._copy_unit), $._stop)))),
    special_names_paragraph: $ => prec.right(seq(
      'SPECIAL-NAMES', $.period,
      list($.decimal_point_clause, $.currency_clause, $.class_clause, $.alphabet_clause, $.symbolic_clause,
        $.crt_status_clause, $.cursor_clause, $.mnemonic_clause, $._copy_unit, $.period))),
    decimal_point_clause: $ => seq('DECIMAL-POINT', opt('IS'), 'COMMA'),
    currency_clause: $ => prec.right(seq('CURRENCY', opt('SIGN'), opt('IS'), list1($._literal, 'WITH', $.name, seq('PIC', $.picture_string)))),
    class_clause: $ => prec.right(seq(
      'CLASS', field('name', $.name), opt('IS'), list1(field('value', choice($._literal, $.name)), 'THRU'))),
    alphabet_clause: $ => prec.right(seq(
      'ALPHABET', field('name', $.name), opt('IS'), list1($._literal, $.name, 'THRU', 'ALSO', 'NATIONAL'))),
    symbolic_clause: $ => prec.right(seq(
      'SYMBOLIC', list1($.name, 'CHARACTERS', 'FOR', 'NATIONAL', 'IS', 'ARE', 'IN', $.number_literal))),
    crt_status_clause: $ => seq('CRT', 'STATUS', opt('IS'), $.qualified_name),
    cursor_clause: $ => seq('CURSOR', opt('IS'), $.qualified_name),
    mnemonic_clause: $ => prec.right(seq(
      field('system', $.name),
      choice(
        seq(opt('IS'), field('mnemonic', $.name), repeat($.switch_status)),
        repeat1($.switch_status), $._literal))),
    switch_status: $ => seq(choice('ON', 'OFF'), opt('STATUS'), opt('IS'), field('condition', $.name)),

    input_output_section: $ => prec.right(seq(
      'INPUT-OUTPUT', 'SECTION', $.period,
      repeat(choice($.file_control_paragraph, $.i_o_control_paragraph, $._copy_unit)))),
    file_control_paragraph: $ => prec.right(seq(
      'FILE-CONTROL', $.period, repeat(choice($.select_entry, $._copy_unit)))),
    i_o_control_paragraph: $ => prec.right(seq(
      'I-O-CONTROL', $.period, list('RECORD', 'SORT', 'FILE', $._loose, 'ON', 'FOR', $.period))),

    select_entry: $ => seq(
      'SELECT', opt('OPTIONAL'), field('name', $.name),
      list($.assign_clause, $.organization_clause, $.access_mode_clause, $.record_key_clause, $.record_delimiter_clause,
        $.alternate_key_clause, $.relative_key_clause, $.file_status_clause, $.reserve_clause,
        $.lock_mode_clause, $.padding_clause, $.collating_clause, $.sharing_phrase, $.any_clause),
      $._stop),
    assign_clause: $ => prec.right(seq(
      'ASSIGN', opt(choice('TO', 'USING')),
      list1('DYNAMIC', 'EXTERNAL', 'DISPLAY', field('target', choice($.qualified_name, $.string_literal)), $.number_literal))),
    organization_clause: $ => prec.right(choice(
      seq('ORGANIZATION', opt('IS'), $._organization), $._organization)),
    _organization: $ => prec.right(choice(
      'SEQUENTIAL', 'INDEXED', 'RELATIVE', seq('LINE', 'SEQUENTIAL'), seq('RECORD', 'SEQUENTIAL'))),
    access_mode_clause: $ => seq(
      'ACCESS', opt('MODE'), opt('IS'), field('mode', choice('SEQUENTIAL', 'RANDOM', 'DYNAMIC'))),
    record_key_clause: $ => prec.right(seq('RECORD', opt('KEY'), opt('IS'), $._key_name)),
    record_delimiter_clause: $ => seq('RECORD', 'DELIMITER', opt('IS'), field('delimiter', $.name)),
    alternate_key_clause: $ => prec.right(seq(
      'ALTERNATE', list('RECORD', 'KEY', 'IS'), $._key_name, list('WITH', 'DUPLICATES', seq('SUPPRESS', 'WHEN', $._literal)))),
    relative_key_clause: $ => prec.right(seq('RELATIVE', opt('KEY'), opt('IS'), field('name', $.qualified_name))),
    _key_name: $ => prec.right(seq(
      field('name', $.qualified_name), opt(seq('=', repeat1(field('part', $.qualified_name)))))),
    file_status_clause: $ => prec.right(seq(
      opt(choice('FILE', 'SORT')), 'STATUS', opt('IS'), field('name', $.qualified_name), opt(field('extended', $.qualified_name)))),
    reserve_clause: $ => prec.right(seq('RESERVE', choice($.number_literal, 'NO'), repeat($.name))),
    lock_mode_clause: $ => prec.right(seq('LOCK', opt('MODE'), opt('IS'), list1($.name, 'WITH', 'LOCK', 'ON', 'RECORD'))),
    padding_clause: $ => seq('PADDING', opt('CHARACTERS'), opt('IS'), choice($._literal, $.qualified_name)),
    collating_clause: $ => prec.right(seq(opt('COLLATING'), 'SEQUENCE', list1('OF', 'IS', 'FOR', 'NATIONAL', $.name))),

    // ---- DATA DIVISION ----
    data_division: $ => prec.right(seq('DATA', 'DIVISION', $.period, repeat(choice($._data_unit, $._exec_entry, $._copy_unit)))),
    _data_unit: $ => choice(
      $.file_section, $.working_storage_section, $.local_storage_section, $.linkage_section,
      $.screen_section, $.report_section, $.communication_section, $._entry),
    file_section: $ => section($, 'FILE'),
    working_storage_section: $ => section($, 'WORKING-STORAGE'),
    local_storage_section: $ => section($, 'LOCAL-STORAGE'),
    linkage_section: $ => section($, 'LINKAGE'),
    screen_section: $ => section($, 'SCREEN', alias($.drawn_description, $.data_description)),
    report_section: $ => section($, 'REPORT', $.file_description, alias($.drawn_description, $.data_description)),
    communication_section: $ => section($, 'COMMUNICATION'),
    _entry: $ => choice($.file_description, $.data_description),
    _exec_entry: $ => prec.right(seq($.exec_statement, opt($.period))),

    file_description: $ => choice($._file_description, seq(
      field('kind', 'RD'), field('name', $.name),
      list($.control_clause, $.page_limit_clause, $.code_clause, $.global_clause, $.any_clause), $._stop)),
    _file_description: $ => seq(
      field('kind', choice('FD', 'SD', 'CD')), field('name', $.name),
      list($.record_clause, $.block_clause, $.label_clause, $.data_records_clause, $.linage_clause,
        $.occurs_clause, $.recording_mode_clause, $.value_of_clause, $.code_set_clause, $.report_clause, $.external_clause, $.global_clause, $.any_clause),
      $._stop),
    // BLOCK CONTAINS 0 RECORD VARYING ..., BLOCK 120 RECORD 120: the word RECORD is taken by then.
    record_clause: $ => prec.right(choice(
      seq('RECORD', list1('CONTAINS', 'VARYING', 'IS', $._record_size)),
      seq(choice('VARYING', 'CONTAINS', field('min', $.number_literal)), repeat($._record_size)))),
    _record_size: $ => choice(
      'IN', 'SIZE', 'FROM', 'CHARACTERS', field('min', $._size), seq('TO', field('max', $._size)), $.depending_phrase),
    _size: $ => choice($.number_literal, $.name),
    block_clause: $ => prec.right(seq(
      'BLOCK', opt('CONTAINS'), field('min', $._size), opt(seq('TO', field('max', $._size))),
      opt(choice('RECORD', 'CHARACTERS')))),
    label_clause: $ => prec.right(seq('LABEL', 'RECORD', opt(choice('IS', 'ARE')), repeat1($.name))),
    data_records_clause: $ => prec.right(seq('DATA', 'RECORD', opt(choice('IS', 'ARE')), repeat1(field('name', $.name)))),
    linage_clause: $ => prec.right(seq(
      'LINAGE', opt('IS'), list1($.qualified_name, $.number_literal, 'LINE', 'WITH', 'AT'))),
    recording_mode_clause: $ => prec.right(seq('RECORDING', opt('MODE'), opt('IS'), field('mode', $.name))),
    value_of_clause: $ => prec.right(seq('VALUE', 'OF', list1($.qualified_name, 'IS', $._literal))),
    code_set_clause: $ => seq('CODE-SET', opt('IS'), $.name),
    control_clause: $ => prec.right(seq('CONTROL', opt(choice('IS', 'ARE')), repeat1(field('control', $.qualified_name)))),
    page_limit_clause: $ => prec.right(seq(
      'PAGE', list1('IS', 'ARE', 'LINE', 'COLUMN', 'FIRST', seq('LAST', opt('CONTROL')), $.report_word, field('size', $._size)))),
    code_clause: $ => seq('CODE', opt('IS'), field('code', choice($._literal, $.qualified_name))),
    report_clause: $ => prec.right(seq('REPORT', opt(choice('IS', 'ARE')), repeat1(field('name', $.name)))),

    data_description: $ => seq(
      field('level', $.level_number), opt(choice(field('name', $.name), field('filler', 'FILLER'))),
      list($.picture_clause, $.usage_clause, $.value_clause, $.occurs_clause, $.redefines_clause,
        $.renames_clause, $.sign_clause, $.synchronized_clause, $.justified_clause,
        $.blank_when_zero_clause, $.blank_screen_clause, $.external_clause, $.global_clause, $.any_clause),
      $._stop),
    _drawn_words: $ => prec.right(-1, repeat1(prec(-2, choice($.name, $._literal, 'IS', 'ON')))),
    // An entry of a report or a screen: a data_description, too.
    drawn_description: $ => seq(
      field('level', alias($._drawn_level, $.level_number)), opt(choice(field('name', $.name), field('filler', 'FILLER'))),
      list($.picture_clause, $.usage_clause, $.value_clause, $.occurs_clause, $.sign_clause, $.justified_clause,
        $.blank_when_zero_clause, $.global_clause,
        $.type_clause, $.line_clause, $.column_clause, $.next_clause, $.source_clause, $.sum_clause, $.group_indicate_clause, $.present_when_clause,
        $.blank_screen_clause, $.from_clause, $.to_clause, $.using_clause, $.attributes_clause, $.property_clause, alias($._drawn_words, $.any_clause)),
      $._stop),
    picture_clause: $ => seq('PIC', opt('IS'), field('picture', $.picture_string)),
    usage_clause: $ => prec.right(choice(
      seq('USAGE', opt('IS'), field('usage', choice($._usage, $.name))), field('usage', $._usage))),
    _usage: $ => choice($.usage_word, 'DISPLAY', 'INDEX', 'POINTER', 'NATIONAL'),
    value_clause: $ => prec.right(seq(
      'VALUE', opt(choice('IS', 'ARE')),
      choice(field('value', $.name), repeat1(choice($._value, 'OR'))), opt($.value_when_false))),
    _value: $ => choice(field('value', $._constant), $.value_range),
    value_range: $ => prec(1, seq(field('from', $._constant), 'THRU', field('through', $._constant))),
    value_when_false: $ => seq(opt(seq('WHEN', 'SET', 'TO')), 'FALSE', opt('IS'), field('value', $._constant)),
    occurs_clause: $ => prec.right(seq(
      'OCCURS', field('min', $._size), opt(seq('TO', field('max', $._size))), opt('TIMES'),
      repeat(choice($.depending_phrase, $.key_phrase, $.indexed_phrase)))),
    depending_phrase: $ => seq('DEPENDING', opt('ON'), field('depending', $.qualified_name)),
    key_phrase: $ => prec.right(seq(
      opt('ON'), field('order', choice('ASCENDING', 'DESCENDING')), list('KEY', 'IS'),
      repeat1(field('key', $.qualified_name)))),
    indexed_phrase: $ => prec.right(seq('INDEXED', opt('BY'), repeat1(field('index', $.name)))),
    redefines_clause: $ => seq('REDEFINES', field('name', $.name)),
    renames_clause: $ => prec.right(seq(
      'RENAMES', field('from', $.qualified_name), opt(seq('THRU', field('through', $.qualified_name))))),
    sign_clause: $ => prec.right(seq(
      opt(seq('SIGN', opt('IS'))), field('position', choice('LEADING', 'TRAILING')),
      opt(seq(field('separate', 'SEPARATE'), opt('CHARACTERS'))))),
    synchronized_clause: $ => prec.right(seq('SYNC', opt(choice('LEFT', 'RIGHT')))),
    justified_clause: $ => prec.right(seq('JUST', opt('RIGHT'))),
    blank_when_zero_clause: $ => seq('BLANK', opt('WHEN'), $.figurative_constant),
    external_clause: $ => prec.right(seq(opt('IS'), 'EXTERNAL', opt(seq('AS', $.string_literal)))),
    global_clause: $ => seq(opt('IS'), 'GLOBAL'),

    // Of report groups.
    type_clause: $ => prec.right(seq('TYPE', opt('IS'),
      list1(field('type', choice($.report_word, 'CONTROL', 'PAGE', 'REPORT')), 'ON', 'FOR', 'OR', field('control', $.qualified_name)))),
    next_clause: $ => prec.right(seq('NEXT', choice('PAGE', seq('GROUP', opt('IS'), opt('NEXT'), list1('PAGE', $._place))))),
    source_clause: $ => prec.right(seq('SOURCE', opt(choice('IS', 'ARE')), list1(field('source', $._operand), $.rounded))),
    sum_clause: $ => prec.right(seq('SUM', opt('OF'), list1(field('sum', $.qualified_name),
      seq('UPON', field('upon', $.qualified_name)), seq('RESET', opt('ON'), field('reset', $.qualified_name))))),
    group_indicate_clause: $ => prec.right(seq('GROUP', opt('INDICATE'))),
    present_when_clause: $ => seq('PRESENT', 'WHEN', field('condition', $.condition)),
    // Of these and of screens.
    line_clause: $ => prec.right(seq('LINE', list('NUMBER', 'IS', 'ARE', 'ON', $._place))),
    column_clause: $ => prec.right(seq('COLUMN', list('NUMBER', 'IS', 'ARE', 'LEFT', 'RIGHT', $._place))),
    _place: $ => choice('PLUS', '+', '-', field('place', $._item)),
    _item: $ => choice($.qualified_name, $._literal),
    blank_screen_clause: $ => seq('BLANK', choice('SCREEN', 'LINE')),
    from_clause: $ => seq('FROM', field('from', $._operand)),
    to_clause: $ => seq('TO', field('to', $.qualified_name)),
    using_clause: $ => seq('USING', field('using', $.qualified_name)),
    attributes_clause: $ => list1($.screen_attribute),
    property_clause: $ => seq(choice($.screen_property, 'SIZE', 'CONTROL', 'CHARACTERS'), opt('IS'), field('value', $._item)),
    any_clause: $ => prec.right(-1, repeat1($._any_word)),
    _any_word: $ => prec(-2, choice(
      $.name, $._literal, 'LINE', 'COLUMN', 'IS', 'TO', 'FROM', 'BY', 'USING', 'OF', 'IN', 'ARE', 'ON', '(', ')', '+', '-', '*', '/', '=', ':')),
    _loose: $ => prec(-2, choice(
      $.name, $._literal, 'IS', 'ARE', 'TO', 'FROM', 'BY', 'USING', 'IN', 'INTO', 'THRU', 'AND', 'OR', 'NOT',
      '(', ')', '=', '+', '-', '*', '/', ':')),

    // ---- PROCEDURE DIVISION ----
    procedure_division: $ => prec.right(seq(
      'PROCEDURE', 'DIVISION', opt(field('using', $.using_phrase)), opt(field('returning', $.returning_phrase)),
      $.period, repeat(choice($.declaratives, $._procedure_unit)))),
    _procedure_unit: $ => choice($.section, $.paragraph, $._sentence_unit),
    // The scanner says where a sentence begins, so that the states between units needn't know all verbs.
    _sentence_unit: $ => choice($._begun_sentence, alias($._empty_sentence, $.sentence), $._copy_unit),
    _begun_sentence: $ => seq($._sentence_begin, $.sentence),
    _empty_sentence: $ => $.period,
    declaratives: $ => seq(
      'DECLARATIVES', $.period, repeat($._procedure_unit), 'END', 'DECLARATIVES', $.period),
    section: $ => prec.right(seq(
      field('header', $.section_header), repeat(choice($.paragraph, $._sentence_unit)))),
    section_header: $ => seq(
      field('name', alias($._section_name, $.name)), 'SECTION', opt(field('segment', $.number_literal)), $.period),
    paragraph: $ => prec.right(seq(field('header', $.paragraph_header), repeat($._sentence_unit))),
    paragraph_header: $ => seq(field('name', alias($._header, $.name)), $.period),
    // What may follow statements is the same everywhere, so that all blocks share their states; the scanner ends a
    // sentence with its period (or none, where a copybook brings it) and what is inside of it with _block_end.
    sentence: $ => seq($._statements, $._end_of_block),
    block: $ => $._statements,
    _statements: $ => seq($._statement, repeat(seq($._statement_end, $._statement))),
    _end_of_block: $ => choice($.period, $._block_end, $._no_period),

    _statement: $ => choice($.exec_statement, ...STATEMENTS.map(name => $[name])),
    ...statements,

    _body: $ => seq($._begin, opt(field('body', $.block)), $._end_of_block),

    // ---- phrases that hold statements ----
    at_end_phrase: $ => seq($._at_end, opt('AT'), 'END', $._body),
    not_at_end_phrase: $ => seq($._not_at_end, 'NOT', opt('AT'), 'END', $._body),
    invalid_key_phrase: $ => seq($._invalid_key, 'INVALID', opt('KEY'), $._body),
    not_invalid_key_phrase: $ => seq($._not_invalid_key, 'NOT', 'INVALID', opt('KEY'), $._body),
    size_error_phrase: $ => seq($._size_error, opt('ON'), 'SIZE', 'ERROR', $._body),
    not_size_error_phrase: $ => seq($._not_size_error, 'NOT', opt('ON'), 'SIZE', 'ERROR', $._body),
    exception_phrase: $ => seq($._exception, opt('ON'), 'EXCEPTION', $._body),
    not_exception_phrase: $ => seq($._not_exception, 'NOT', opt('ON'), 'EXCEPTION', $._body),
    overflow_phrase: $ => seq($._overflow, opt('ON'), 'OVERFLOW', $._body),
    not_overflow_phrase: $ => seq($._not_overflow, 'NOT', opt('ON'), 'OVERFLOW', $._body),
    end_of_page_phrase: $ => seq($._end_of_page, opt('AT'), 'EOP', $._body),
    not_end_of_page_phrase: $ => seq($._not_end_of_page, 'NOT', opt('AT'), 'EOP', $._body),
    no_data_phrase: $ => seq($._no_data, 'NO', 'DATA', $._body),
    with_data_phrase: $ => seq($._with_data, 'WITH', 'DATA', $._body),
    // Which of them a statement takes, and each but once, is the scanner's to say.
    _rest: $ => choice(seq($._phrases, opt($.terminator)), $.terminator),
    _phrases: $ => repeat1(choice(
      $.at_end_phrase, $.not_at_end_phrase, $.invalid_key_phrase, $.not_invalid_key_phrase,
      $.size_error_phrase, $.not_size_error_phrase, $.exception_phrase, $.not_exception_phrase,
      $.overflow_phrase, $.not_overflow_phrase, $.end_of_page_phrase, $.not_end_of_page_phrase,
      $.no_data_phrase, $.with_data_phrase)),

    // ---- COPY, REPLACE, EXEC ----
    // Extras, so that they may stand anywhere. Where units stand, _copy_end keeps them in the list of units.
    _copy_unit: $ => choice($._copy_end, $.replace_statement),
    copy_statement: $ => seq('COPY', $._copy_body),
    _copy_body: $ => seq(
      field('book', $._book),
      list(seq(choice('OF', 'IN'), field('library', $._book)), 'SUPPRESS', 'REPLACING',
        field('replacing', $.replacement), seq(choice('PREFIXING', 'SUFFIXING'), field('affix', $._book))),
      $._stop),
    _book: $ => choice($.name, $.string_literal),
    replacement: $ => seq(
      opt(choice('LEADING', 'TRAILING')), field('from', $._replace_text), 'BY', field('to', $._replace_text)),
    _replace_text: $ => choice($.pseudo_text, $._operand),
    replace_statement: $ => seq('REPLACE', choice('OFF', repeat1(field('replacing', $.replacement))), $.period),
    exec_statement: $ => seq('EXEC', field('dialect', $.name), opt(field('text', $.exec_text)), 'END-EXEC'),

    // ---- operands ----
    // What a COPY brings where an operand must stand is `copied_text`, without text of its own.
    _operand: $ => choice($.qualified_name, $._literal, $.copied_text, $._closed_operand),
    // What follows is one token, so that their states are the same everywhere.
    _closed_operand: $ => seq($._closed, $._operand_end),
    _closed: $ => choice($.function_call, $.attribute_of),
    // What may also stand where a value is sent: ALL "*", "a" & "b".
    _sender: $ => choice($._operand, $.all_literal, $.concatenation),
    qualified_name: $ => prec.right(seq($.name, opt($._suffix_end))),
    function_call: $ => prec.right(seq('FUNCTION', field('name', $.name), opt($._suffix_end))),
    attribute_of: $ => seq(field('attribute', $.attribute), opt('OF'), $.qualified_name),
    // Extras to the tables, so that what follows a name is one set of states for all operands;
    // the scanner opens them only behind a name, and _suffix_end keeps them inside its node.
    _qualifier: $ => seq(alias($._suffix_of, 'OF'), $.name),
    subscript: $ => seq(alias($._suffix_open, '('), repeat(choice($._arithmetic, 'ALL')), ')'),
    reference_modification: $ => seq(
      alias($._suffix_open, '('), field('start', $._arithmetic), ':', opt(field('length', $._arithmetic)), ')'),
    all_literal: $ => seq('ALL', choice($._literal, $.qualified_name)),
    _literal: $ => choice($.string_literal, $.number_literal, $.figurative_constant),
    concatenation: $ => prec.right(seq($._operand, repeat1(seq('&', $._operand)))),
    _constant: $ => choice($._literal, $.all_literal, alias($.joined_literals, $.concatenation)),
    joined_literals: $ => prec.right(seq($._literal, repeat1(seq('&', choice($._literal, $.name))))),

    // An operand alone stands for itself; with an operator it is an expression, flat and in source order.
    _arithmetic: $ => choice(prec(-1, $._operand), $.expression),
    expression: $ => choice(
      prec.right(seq($._term, repeat1(seq(choice('+', '-', '*', '/', '**', '&'), $._term)))),
      prec(-1, $._compound)),
    _term: $ => choice($._operand, $._compound),
    _compound: $ => choice(seq('(', $._arithmetic, ')'), seq(choice('+', '-'), $._term)),

    // Flat and in source order: what binds to what, abbreviations included, is the reader's to say.
    condition: $ => prec.right(repeat1($._condition_part)),
    _condition_part: $ => choice(
      $._operand, $.all_literal, $.parenthesized, $.class_word, '&', 'NOT', 'AND', 'OR', 'IS', 'ARE', 'THAN', 'TO', 'EQUAL',
      'UNEQUAL', 'EXCEEDS', 'GREATER', 'LESS', '=', '<', '>', '<=', '>=', '<>', '+', '-', '*', '/', '**',
      'TRUE', 'FALSE', 'OMITTED'),
    parenthesized: $ => seq('(', repeat1($._condition_part), ')'),
  },
}));

function section($, name, ...entries) {
  if (!entries.length) entries = [$._entry];
  return prec.right(seq(name, 'SECTION', $.period, repeat(choice(...entries, $._exec_entry, $._copy_unit))));
}
