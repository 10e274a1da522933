// The statements: one rule a verb, `<verb>_statement`, and the clauses and phrases they are made of.

const list = (...rules) => repeat(choice(...rules));
const list1 = (...rules) => prec.right(repeat1(choice(...rules)));
const opt = optional;

// A statement ends where the scanner says so (_statement_end): that one token instead of every verb that may
// follow keeps the tables small. A scope ends with its terminator, END-x, or where the scanner sees that it must.
const scoped = bodies => Object.fromEntries(Object.entries(bodies).flatMap(([name, body]) => [
  [`_${name}`, body], [`${name}_statement`, $ => seq($[`_${name}`], opt($._rest))]]));
const simple = bodies => Object.fromEntries(
  Object.entries(bodies).map(([name, body]) => [`${name}_statement`, body]));

const targets = (name, rule) => repeat1(field(name, rule));

module.exports = {
  // ---- arithmetic ----
  ...scoped({
    add: $ => seq('ADD', opt('CORR'), targets('operand', $._operand),
      choice(seq('TO', $._to_receivers, opt($._giving_receivers)), $._giving_receivers)),
    subtract: $ => seq('SUBTRACT', opt('CORR'), targets('operand', $._operand),
      'FROM', repeat1(choice(field('from', $._operand), $.rounded)), opt($._giving_receivers)),
    multiply: $ => seq('MULTIPLY', field('operand', $._operand),
      'BY', repeat1(choice(field('by', $._operand), $.rounded)), opt($._giving_receivers)),
    divide: $ => seq('DIVIDE', field('operand', $._operand),
      choice(
        seq('INTO', repeat1(choice(field('into', $._operand), $.rounded))),
        seq('BY', field('by', $._operand))),
      opt($._giving_receivers), opt(seq('REMAINDER', field('remainder', $.qualified_name), opt($.rounded)))),
    compute: $ => seq('COMPUTE', repeat1(choice(field('target', $.qualified_name), $.rounded)),
      choice('=', 'EQUAL'), field('value', $._arithmetic)),
  }),
  _to_receivers: $ => repeat1(choice(field('to', $._operand), $.rounded)),
  _giving_receivers: $ => seq('GIVING', repeat1(choice(field('giving', $.qualified_name), $.rounded))),
  rounded: $ => prec.right(seq('ROUNDED', opt(seq('MODE', opt('IS'), field('mode', $.name))))),

  // ---- moving and setting ----
  ...simple({
    move: $ => seq('MOVE', opt('CORR'), field('from', $._sender), 'TO', targets('to', $._operand)),
    initialize: $ => seq('INITIALIZE', targets('target', $._operand),
      list('WITH', 'FILLER', 'ALL', 'TO', 'VALUE', 'DEFAULT', 'THEN', $.initialize_replacing, $.class_word)),
    set: $ => seq('SET', repeat1($._setting)),
    inspect: $ => seq('INSPECT', field('subject', $._operand),
      repeat1(choice($.tallying_phrase, $.replacing_phrase, $.converting_phrase))),
    examine: $ => seq('EXAMINE', field('subject', $._operand),
      list1('TALLYING', 'REPLACING', 'UNTIL', 'ALL', 'LEADING', 'FIRST', 'BY', field('pattern', $._literal))),
    transform: $ => seq('TRANSFORM', field('subject', $._operand), opt('CHARACTERS'),
      'FROM', field('from', $._operand), 'TO', field('to', $._operand)),
  }),
  ...scoped({
    string: $ => seq('STRING', repeat1($._string_source), 'INTO', field('into', $._operand),
      opt($.pointer_phrase)),
    unstring: $ => seq('UNSTRING', field('from', $._operand), opt($.delimiters_phrase),
      'INTO', repeat1($._unstring_target), list($.pointer_phrase, $.tallying_in_phrase)),
  }),
  initialize_replacing: $ => prec.right(seq('REPLACING',
    repeat1(seq(field('category', choice($.class_word, $.name, 'NATIONAL')), opt('DATA'), 'BY', field('value', $._sender))))),
  _setting: $ => prec.right(seq(targets('target', $._operand), choice(
    seq('TO', field('value', choice($._arithmetic, $.all_literal, 'TRUE', 'FALSE', 'ON', 'OFF', $.entry_operand))),
    seq('UP', 'BY', field('up_by', $._arithmetic)),
    seq('DOWN', 'BY', field('down_by', $._arithmetic)),
    seq('ATTRIBUTE', repeat1(choice($.screen_attribute, 'ON', 'OFF')))))),
  entry_operand: $ => seq('ENTRY', $._operand),
  _string_source: $ => choice(field('from', choice($._operand, $.all_literal)), '&', $.delimited_phrase),
  delimited_phrase: $ => seq('DELIMITED', opt('BY'), field('by', choice('SIZE', $._operand, $.all_literal))),
  pointer_phrase: $ => seq(opt('WITH'), 'POINTER', field('pointer', $._operand)),
  delimiters_phrase: $ => seq('DELIMITED', opt('BY'), $._delimiter, repeat(seq('OR', $._delimiter))),
  _delimiter: $ => field('by', choice($._operand, $.all_literal)),
  _unstring_target: $ => choice(field('into', $._operand), $.delimiter_in_phrase, $.count_in_phrase),
  delimiter_in_phrase: $ => seq('DELIMITER', opt('IN'), field('delimiter', $._operand)),
  count_in_phrase: $ => seq('COUNT', opt('IN'), field('count', $._operand)),
  tallying_in_phrase: $ => seq('TALLYING', opt('IN'), field('tally', $._operand)),
  tallying_phrase: $ => prec.right(seq('TALLYING',
    list1(seq(field('tally', $._operand), 'FOR'), field('pattern', $._operand), $._inspect_words))),
  replacing_phrase: $ => prec.right(seq('REPLACING',
    list1(field('pattern', $._operand), seq('BY', field('by', $._operand)), $._inspect_words))),
  converting_phrase: $ => prec.right(seq('CONVERTING', field('from', $._operand), 'TO', opt('ALL'), field('to', $._operand),
    list($._inspect_words))),
  _inspect_words: $ => choice('ALL', 'LEADING', 'TRAILING', 'FIRST', 'CHARACTERS',
    seq(choice('BEFORE', 'AFTER'), opt('INITIAL'), field('limit', $._operand))),

  // ---- control ----
  ...simple({
    go_to: $ => seq('GO', opt('TO'), repeat(field('target', $.qualified_name)),
      opt(seq('DEPENDING', opt('ON'), field('depending', $._operand)))),
    alter: $ => seq('ALTER', repeat1(seq(field('procedure', $.qualified_name), 'TO',
      opt(seq('PROCEED', 'TO')), field('target', $.qualified_name)))),
    next_sentence: $ => seq('NEXT', 'SENTENCE'),
    continue: $ => seq('CONTINUE', opt(seq('AFTER', field('seconds', $._operand), $.name))),
    resume: $ => seq('RESUME', opt('AT'), choice(seq('NEXT', $.name), field('target', $.qualified_name))),
    exit: $ => seq('EXIT', opt(choice('PARAGRAPH', 'SECTION', 'FUNCTION',
      seq('PERFORM', opt('CYCLE')), seq('PROGRAM', opt($._returning))))),
    goback: $ => seq('GOBACK', opt($._returning)),
    stop: $ => seq('STOP', choice(
      seq('RUN', opt(choice($._returning, field('status', $._operand),
        seq('WITH', field('end', choice($.name, 'ERROR')), opt('STATUS'), opt(field('status', $._operand)))))),
      field('literal', $._operand))),
  }),
  ...scoped({
    if: $ => seq('IF', field('condition', $.condition), opt('THEN'), $._begin, opt(field('then', $.block)), $._end_of_block,
      opt(seq('ELSE', $._begin, opt(field('else', $.block)), $._end_of_block))),
    evaluate: $ => seq('EVALUATE', field('subject', $.condition),
      repeat(seq('ALSO', field('subject', $.condition))), repeat(field('when', $.when_phrase))),
  }),
  // The rest of an IF or another scope whose head a COPY has brought.
  copied_statement: $ => choice(
    seq('ELSE', $._begin, opt(field('else', $.block)), $._end_of_block, opt($.terminator)), $.terminator),
  search_statement: $ => seq('SEARCH', opt('ALL'), field('table', $.qualified_name),
    opt(seq('VARYING', field('varying', $.qualified_name))), opt($._phrases),
    repeat(field('when', $.when_phrase)), opt($.terminator)),
  when_phrase: $ => seq('WHEN', choice('OTHER', $._selection), repeat(seq('ALSO', $._selection)),
    $._body),
  _selection: $ => field('selection', choice($.condition, $.condition_range)),
  condition_range: $ => seq($.condition, 'THRU', $.condition),
  perform_statement: $ => choice(
    $._perform_procedure,
    seq($._perform_inline, opt($.terminator))),
  _perform_procedure: $ => seq('PERFORM', field('procedure', $._procedure_name),
    opt(seq('THRU', field('through', $._procedure_name))), repeat($._perform_option)),
  _perform_inline: $ => seq('PERFORM', repeat($._perform_option), $._inline, opt(field('body', $.block)), $._end_of_block),
  _perform_option: $ => choice(
    field('times', $.times_phrase), field('until', $.until_phrase), field('varying', $.varying_phrase),
    field('test', $.test_phrase), 'FOREVER'),
  // A procedure's name may be all digits, and `PERFORM 3` be like `PERFORM 3 TIMES` so far.
  _procedure_name: $ => choice($.qualified_name, alias($.number_literal, $.name)),
  times_phrase: $ => seq(field('count', $._operand), 'TIMES'),
  until_phrase: $ => seq('UNTIL', field('condition', choice($.condition, 'EXIT'))),
  test_phrase: $ => seq(opt('WITH'), 'TEST', choice('BEFORE', 'AFTER')),
  varying_phrase: $ => prec.right(seq('VARYING', $._varying, repeat($.after_phrase))),
  after_phrase: $ => seq('AFTER', $._varying),
  _varying: $ => seq(field('index', $._operand), 'FROM', field('from', $._arithmetic),
    opt(seq('BY', field('by', $._arithmetic))), 'UNTIL', field('condition', $.condition)),
  _returning: $ => seq(choice('RETURNING', 'GIVING'), field('returning', $._operand)),

  // ---- other programs ----
  ...simple({
    cancel: $ => seq('CANCEL', targets('program', $._operand)),
    entry: $ => seq('ENTRY', field('name', $._literal), opt(field('using', $.using_phrase))),
  }),
  ...scoped({
    call: $ => seq('CALL', opt(choice('STATIC', field('convention', $.name))), field('program', $._operand),
      list(field('using', $.using_phrase), field('returning', $.returning_phrase))),
    invoke: $ => seq('INVOKE', field('object', $._operand), field('method', $._operand),
      list(field('using', $.using_phrase), field('returning', $.returning_phrase))),
  }),
  using_phrase: $ => prec.right(seq(choice('USING', 'CHAINING'), repeat($.argument))),
  argument: $ => seq(
    list('BY', 'OPTIONAL', field('mode', choice('REFERENCE', 'CONTENT', 'VALUE'))),
    field('value', choice($._sender, 'OMITTED'))),
  returning_phrase: $ => seq(choice('RETURNING', 'GIVING'), opt('INTO'), field('returning', choice($._operand, 'OMITTED'))),

  // ---- files ----
  ...simple({
    open: $ => seq('OPEN', repeat1($.open_phrase)),
    close: $ => seq('CLOSE', repeat1(choice(field('file', $.name), $.close_option))),
    release: $ => seq('RELEASE', field('record', $.qualified_name), opt($.from_phrase)),
    unlock: $ => seq('UNLOCK', field('file', $.name), opt('RECORD')),
    sort: $ => seq('SORT', field('file', $.qualified_name), opt($._sort_clauses)),
    merge: $ => seq('MERGE', field('file', $.qualified_name), $._sort_clauses),
  }),
  ...scoped({
    read: $ => seq('READ', field('file', $.name),
      list('NEXT', 'PREVIOUS', 'RECORD', $.into_phrase, $.key_is_phrase, $.lock_phrase)),
    return: $ => seq('RETURN', field('file', $.name), opt('RECORD'), opt($.into_phrase)),
    write: $ => seq('WRITE', $._written, list($.from_phrase, $.advancing_phrase, $.lock_phrase)),
    rewrite: $ => seq('REWRITE', $._written, list($.from_phrase, $.lock_phrase)),
    delete: $ => seq('DELETE', opt('FILE'), targets('file', $.name), list('RECORD', $.lock_phrase)),
    start: $ => seq('START', field('file', $.name), opt($.start_key_phrase)),
  }),
  open_phrase: $ => prec.right(seq(field('mode', choice('INPUT', 'OUTPUT', 'I-O', 'EXTEND')),
    repeat1(choice(field('file', $.name), $.open_option, $.sharing_phrase, $.retry_phrase)))),
  // READ ONLY: two names here, for READ as a keyword would begin a statement.
  sharing_phrase: $ => prec.right(seq('SHARING', opt('WITH'), choice(seq(choice('ALL', 'NO'), opt('OTHER')), seq($.name, $.name)))),
  retry_phrase: $ => seq('RETRY', choice('FOREVER', seq(opt('FOR'), field('count', $._item), choice('TIMES', $.name)))),
  open_option: $ => list1('REVERSED', 'WITH', 'NO', 'REWIND', 'LOCK'),
  close_option: $ => list1('WITH', 'LOCK', 'NO', 'REWIND', 'REEL', 'UNIT', 'FOR', 'REMOVAL'),
  _written: $ => choice(field('record', $.qualified_name), seq('FILE', field('file', $.name))),
  start_key_phrase: $ => prec.right(choice(
    seq('KEY', repeat(choice('IS', 'NOT', 'THAN', 'TO', 'OR', 'EQUAL', 'GREATER', 'LESS', '=', '<', '>', '<=', '>=')),
      field('key', $._operand), opt(seq('WITH', $.name, field('length', $._operand)))),
    'FIRST', 'LAST')),
  into_phrase: $ => seq('INTO', field('into', $._operand)),
  from_phrase: $ => seq('FROM', field('from', $._operand)),
  key_is_phrase: $ => seq('KEY', opt('IS'), field('key', $.qualified_name)),
  lock_phrase: $ => list1('WITH', 'NO', 'LOCK', 'WAIT', 'KEPT', 'IGNORE', 'IGNORING', 'ADVANCING', 'ON', $.retry_phrase),
  advancing_phrase: $ => prec.right(seq(choice('BEFORE', 'AFTER'), opt('ADVANCING'),
    choice('PAGE', seq(field('lines', $._operand), opt('LINE'))))),
  _sort_clauses: $ => list1($.key_phrase, $.duplicates_phrase, $.collating_phrase, $.sort_using_phrase,
    $.sort_giving_phrase, $.sort_procedure_phrase),
  duplicates_phrase: $ => prec.right(seq(opt('WITH'), 'DUPLICATES', opt('IN'), opt('ORDER'))),
  collating_phrase: $ => prec.right(seq(opt('COLLATING'), 'SEQUENCE', list1('IS', 'FOR', 'NATIONAL', $.name))),
  sort_using_phrase: $ => prec.right(seq('USING', targets('file', $.name))),
  sort_giving_phrase: $ => prec.right(seq('GIVING', targets('file', $.name))),
  sort_procedure_phrase: $ => prec.right(seq(field('direction', choice('INPUT', 'OUTPUT')), 'PROCEDURE', opt('IS'),
    field('procedure', $.qualified_name), opt(seq('THRU', field('through', $.qualified_name))))),

  // ---- the console ----
  ...scoped({
    accept: $ => seq('ACCEPT', opt($.screen_position), choice(field('target', $._operand), 'OMITTED'),
      list($.accept_from_phrase, $.position_phrase, 'WITH', 'NO', $.attributes_clause, $.property_clause, alias($._drawn_words, $.any_clause))),
    // Words of screens are keywords behind a position or WITH only: else they may be data.
    display: $ => seq('DISPLAY', choice(repeat1($._displayed), seq(repeat($._displayed), $.position_phrase,
      list($._displayed, $.position_phrase, $.attributes_clause, $.property_clause, $.blank_screen_clause)))),
  }),
  _displayed: $ => choice(field('value', choice($._operand, $.all_literal)), '&',
    $.upon_phrase, $.no_advancing_phrase, $.with_phrase, $.screen_position),
  accept_from_phrase: $ => prec.right(seq('FROM', choice(
    seq('ENVIRONMENT', field('variable', $._operand)), list1($.name, $._literal, 'LINE', 'COLUMN')))),
  upon_phrase: $ => seq('UPON', field('upon', $.name)),
  no_advancing_phrase: $ => seq(opt('WITH'), 'NO', 'ADVANCING'),
  position_phrase: $ => prec.right(seq(choice('AT', 'LINE', 'COLUMN'),
    list('NUMBER', 'IS', '=', ':', 'LINE', 'COLUMN', '(', ')', '*', '/', $._place))),
  with_phrase: $ => prec.right(seq('WITH', list1($.attributes_clause, $.property_clause, $.blank_screen_clause, field('value', $.qualified_name)))),
  // GnuCOBOL's (line, column) before the item.
  screen_position: $ => seq('(', field('line', $._operand), opt(field('column', $._operand)), ')'),

  // ---- reports ----
  ...simple({
    initiate: $ => seq('INITIATE', targets('report', $.qualified_name)),
    generate: $ => seq('GENERATE', field('group', $.qualified_name)),
    terminate: $ => seq('TERMINATE', targets('report', $.qualified_name)),
    suppress: $ => seq('SUPPRESS', opt($.name)),
    use: $ => seq('USE', opt('GLOBAL'), opt('FOR'), choice(
      seq('DEBUGGING', opt('ON'), list1('ALL', field('watched', $.qualified_name))),
      seq(choice('BEFORE', 'AFTER'), list1('STANDARD', 'EXCEPTION', 'ERROR', 'LABEL', 'FILE', 'REEL', 'UNIT', 'PROCEDURE', 'ON',
        field('mode', choice('INPUT', 'OUTPUT', 'I-O', 'EXTEND')), field('file', $.name),
        seq('REPORTING', field('group', $.qualified_name)))))),
  }),

  // ---- storage and exceptions ----
  ...simple({
    allocate: $ => seq('ALLOCATE', field('item', $._arithmetic),
      list('CHARACTERS', 'INITIALIZED', seq('LOC', $.number_literal), $._returning)),
    free: $ => seq('FREE', targets('target', $._operand)),
    raise: $ => seq('RAISE', opt('EXCEPTION'), field('exception', $.qualified_name)),
    validate: $ => seq('VALIDATE', targets('item', $._operand)),
  }),

  // ---- messages ----
  ...simple({
    enable: $ => seq('ENABLE', $._queue),
    disable: $ => seq('DISABLE', $._queue),
    purge: $ => seq('PURGE', targets('queue', $.name)),
    send: $ => seq('SEND', opt(field('queue', $.name)),
      list($.from_phrase, seq('WITH', field('with', $._operand)), $.advancing_phrase, seq('REPLACING', 'LINE'), $.any_clause)),
  }),
  ...scoped({
    receive: $ => seq('RECEIVE', field('queue', $.name), opt(field('unit', $.name)), list($.into_phrase, $.any_clause)),
  }),
  _queue: $ => seq(opt(choice('INPUT', 'OUTPUT', 'I-O')), repeat1(field('queue', $.name)),
    opt(seq(opt('WITH'), 'KEY', field('key', $._operand)))),

  // ---- XML and JSON ----
  ...scoped({
    xml: $ => seq('XML', $._markup),
    json: $ => seq('JSON', $._markup),
  }),
  _markup: $ => prec.right(seq(choice(
    seq('GENERATE', field('into', $._operand), 'FROM', field('from', $._operand)),
    seq('PARSE', field('from', $._operand), opt($.into_phrase))),
    list($.count_in_phrase, $.name_phrase, $.type_phrase, $.suppress_phrase, $.processing_phrase, $.converted_phrase,
      'WITH', field('option', $.name), seq('ENCODING', field('encoding', $._operand)), seq('RETURNING', 'NATIONAL'),
      seq('NAMESPACE', opt('IS'), field('namespace', $._operand)),
      seq('VALIDATING', opt('WITH'), opt('FILE'), field('schema', $._operand))))),
  name_phrase: $ => prec.right(seq('NAME', opt('OF'),
    repeat1(seq(field('item', $.qualified_name), opt('IS'), field('name', choice($.string_literal, 'OMITTED')))))),
  type_phrase: $ => prec.right(seq('TYPE', opt('OF'), repeat1(seq(field('item', $.qualified_name), opt('IS'), field('type', $.name))))),
  suppress_phrase: $ => prec.right(seq(
    'SUPPRESS', list1(field('item', $.qualified_name), seq(choice('WHEN', 'OR'), field('when', $._literal))))),
  processing_phrase: $ => prec.right(seq('PROCESSING', 'PROCEDURE', opt('IS'), field('procedure', $.qualified_name),
    opt(seq('THRU', field('through', $.qualified_name))))),
  converted_phrase: $ => prec.right(seq('CONVERTING', field('item', $.qualified_name), opt('TO'), field('type', $.name),
    opt(seq('USING', field('value', $._operand), opt(seq('AND', field('value', $._operand))))))),

  // ---- debugging, and what is long out of use ----
  ...simple({
    exhibit: $ => seq('EXHIBIT', list1('NAMED', 'CHANGED', field('value', $._operand))),
    ready: $ => seq('READY', field('what', $.name)),
    reset: $ => seq('RESET', field('what', $.name)),
    enter: $ => seq('ENTER', repeat1(field('language', $.name))),
    service: $ => seq('SERVICE', choice('LABEL', seq(field('what', $.name), field('item', $.qualified_name)))),
    commit: $ => 'COMMIT',
    rollback: $ => 'ROLLBACK',
  }),
};
