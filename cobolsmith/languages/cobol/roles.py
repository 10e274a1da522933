"""What the operand in each place of each statement is for: tables over node kinds and fields.

Sources: ISO/IEC 1989:2014 14.9 (statements); IBM Enterprise COBOL for z/OS 6 Language Reference,
"Procedure division statements"; GnuCOBOL 3 Programmer's Guide.
"""

from __future__ import annotations

from cobolsmith.dataflow import FileRole, UseRole

Roles = tuple[UseRole, ...]

READS: Roles = ("reads",)
WRITES: Roles = ("writes",)
BOTH: Roles = ("reads", "writes")
NOTHING: Roles = ()

PLACES: dict[tuple[str, str], Roles] = {
    # (kind of node, field): roles; every other place reads
    ("move_statement", "to"): WRITES,
    ("compute_statement", "target"): WRITES,
    ("divide_statement", "remainder"): WRITES,
    ("initialize_statement", "target"): WRITES,
    ("unstring_statement", "into"): WRITES,
    ("string_statement", "into"): BOTH,
    ("delimiter_in_phrase", "delimiter"): WRITES,
    ("count_in_phrase", "count"): WRITES,
    ("into_phrase", "into"): WRITES,
    ("pointer_phrase", "pointer"): BOTH,
    ("tallying_in_phrase", "tally"): BOTH,
    ("varying_phrase", "index"): BOTH,
    ("after_phrase", "index"): BOTH,
    ("search_statement", "varying"): BOTH,
    ("search_statement", "table"): ("compares",),
    ("accept_statement", "target"): ("accepts",),
    ("display_statement", "value"): ("shows",),
    ("exhibit_statement", "value"): ("shows",),
    ("transform_statement", "subject"): BOTH,
    ("allocate_statement", "returning"): WRITES,
    ("free_statement", "target"): WRITES,
    ("xml_statement", "into"): WRITES,
    ("json_statement", "into"): WRITES,
    ("initiate_statement", "report"): NOTHING,
    ("generate_statement", "group"): NOTHING,
    ("terminate_statement", "report"): NOTHING,
    ("use_statement", "group"): NOTHING,
    ("use_statement", "watched"): NOTHING,
    ("raise_statement", "exception"): NOTHING,
    ("service_statement", "item"): NOTHING,
    ("argument", "value"): ("passes",),
    ("goback_statement", "returning"): ("returns",),
    ("exit_statement", "returning"): ("returns",),
    ("stop_statement", "returning"): ("returns",),
    ("call_statement", "returning"): WRITES,
    ("invoke_statement", "returning"): WRITES,
    ("returning_phrase", "returning"): WRITES,
    ("start_key_phrase", "key"): ("keys",),
    ("key_is_phrase", "key"): ("keys",),
    ("key_phrase", "key"): ("sorts",),
    ("sort_statement", "file"): ("sorts",),
    ("if_statement", "condition"): ("compares",),
    ("until_phrase", "condition"): ("compares",),
    ("varying_phrase", "condition"): ("compares",),
    ("after_phrase", "condition"): ("compares",),
    ("evaluate_statement", "subject"): ("compares",),
    ("when_phrase", "selection"): ("compares",),
    **{
        (f"{verb}_statement", "giving"): WRITES
        for verb in ("add", "subtract", "multiply", "divide")
    },
}

GIVEN = frozenset(
    (
        *(("add_statement", "to"), ("subtract_statement", "from")),
        *(("multiply_statement", "by"), ("divide_statement", "into")),
    )
)
"""Receivers that are only read where the statement has GIVING."""

PROCEDURES = frozenset(
    (
        *(("perform_statement", "procedure"), ("perform_statement", "through")),
        *(("go_to_statement", "target"), ("alter_statement", "procedure")),
        *(("alter_statement", "target"), ("sort_procedure_phrase", "procedure")),
        *(("sort_procedure_phrase", "through"), ("resume_statement", "target")),
        *(("processing_phrase", "procedure"), ("processing_phrase", "through")),
    )
)

_QUEUED = ("send", "receive", "enable", "disable", "purge")

NO_ITEMS = frozenset(
    (
        *(("upon_phrase", "upon"), ("rounded", "mode"), ("accept_from_phrase", "")),
        *(("initialize_replacing", "category"), ("collating_phrase", "")),
        *(("exec_statement", "dialect"), ("start_key_phrase", ""), ("stop_statement", "end")),
        *(("resume_statement", ""), ("continue_statement", ""), ("suppress_statement", "")),
        *(("ready_statement", "what"), ("reset_statement", "what"), ("service_statement", "what")),
        *(("enter_statement", "language"), ("receive_statement", "unit")),
        *(("xml_statement", "option"), ("json_statement", "option")),
        *(("type_phrase", "type"), ("converted_phrase", "type")),
        *((f"{verb}_statement", "queue") for verb in _QUEUED),
    )
)
"""Places whose words are mnemonic names, modes or devices."""

FILES: dict[str, FileRole] = {
    # statement: what it does with the file it names
    "close_statement": "closes",
    "read_statement": "reads",
    "return_statement": "reads",
    "delete_statement": "deletes",
    "start_statement": "starts",
    "unlock_statement": "unlocks",
    "sort_statement": "sorts",
    "merge_statement": "sorts",
    "write_statement": "writes",
    "rewrite_statement": "rewrites",
    "release_statement": "writes",
}

FILE_PHRASES: dict[str, FileRole] = {
    "sort_using_phrase": "reads",
    "sort_giving_phrase": "writes",
}

OPENED: dict[str, FileRole] = {
    "INPUT": "opens-input",
    "OUTPUT": "opens-output",
    "I-O": "opens-io",
    "EXTEND": "opens-extend",
}

REPORTED = frozenset(("initiate_statement", "generate_statement", "terminate_statement"))
"""Statements that name a report, or a group of it, and mean its file."""

RECORDED = frozenset(("write_statement", "rewrite_statement", "release_statement"))
"""Statements that name a record and mean its file."""
