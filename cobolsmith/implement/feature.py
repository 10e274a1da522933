"""`cobolsmith implement`: a sentence in, a verified patch or a question out.

The sentence is read by kind, its words are tied to names, a planner of the kind makes edits with
holes, the model or the plan's own draft fills them, and the checks decide. A fill of the model must
mean what the draft means: the same names and literals, however worded.

Verified is what was seen to do something new: by an example of the spec in which old and new part,
or by runs side by side that execute all of the change and are alike around it. Else it is proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from cobolsmith import refactoring, smith
from cobolsmith.checks import CHECKS
from cobolsmith.checks.equivalence import NAME as EQUIVALENCE
from cobolsmith.checks.suite import NAME as SUITE
from cobolsmith.desk import Desk
from cobolsmith.errors import CobolsmithError, UsageError
from cobolsmith.implement.acceptance import ACCEPTANCE, Example, accepted, golden_of
from cobolsmith.implement.explain import reasons_of
from cobolsmith.implement.forms import Offered
from cobolsmith.implement.forms import forms as forms_of
from cobolsmith.implement.keeping import kept_tests
from cobolsmith.implement.numbered import numbered
from cobolsmith.implement.planning import planned
from cobolsmith.implement.ties import DoubtError, Ties
from cobolsmith.implement.wish import Sketch, Wish
from cobolsmith.infill import Candidate
from cobolsmith.job import Job, Options
from cobolsmith.patch import Patch, relative
from cobolsmith.plan import Plan
from cobolsmith.program import Program
from cobolsmith.recipe import Proposal, Recipe, Setting, question
from cobolsmith.report import Outcome, Report, Result
from cobolsmith.source import Source, Span
from cobolsmith.verify import Diagnostic, Status, Verdict, unmet, verified
from cobolsmith.words import words_of

RUNS = 60
"""Runs to generate for a sentence without examples, if nobody says how many."""
Answer = Callable[[DoubtError, Sequence[str]], str]
"""Asks the user which of the choices, or, where there are none, for another sentence, some that are
understood being at hand; "" where there is no answer."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for: a sentence, its examples, names chosen for its phrases before, and whether
    the examples shall stay as recorded runs (`tests`)."""

    sentence: str
    examples: tuple[Example, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    tests: bool = False


def implement(
    request: Request, path: Path, options: Options, answer: Answer | None = None
) -> Report:
    """Plan the sentence in a program, fill, check; write what is verified if the options say so."""
    if request.tests and not request.examples:
        remedy = "give a spec with examples (--spec FILE.md)"
        raise UsageError("--tests keeps the examples of a spec, and there are none", remedy=remedy)
    work = smith.prepared([path], options)
    with ExitStack() as closing:
        recipe = Recipe("implement", request.sentence, lambda _: Proposal(), "stated")
        asked = refactoring.Asked(recipe, work.job, (work.inputs[0].path,), {}, closing)
        desk = Desk(work.job)
        outcome = granted(request, asked, desk, answer)
        if request.tests and outcome.result is Result.VERIFIED:
            outcome = with_tests(outcome, work.job, desk, request.examples)
        if options.write and outcome.result is Result.VERIFIED and outcome.patch is not None:
            outcome = smith.written(outcome)
    return Report("implement", work.job.root, (outcome,))


def granted(
    request: Request, asked: refactoring.Asked, desk: Desk, answer: Answer | None
) -> Outcome:
    """The outcome of a sentence; what the user answers is planned with anew."""
    source = desk.source(asked.paths[0])
    answers, sentence = dict(request.answers), request.sentence
    program, setting = program_of(desk, source), asked.setting(desk)
    while True:
        try:
            wish, sketch, ties = planned(sentence, program, setting, answers)
            break
        except DoubtError as doubt:
            offered = Offered() if doubt.choices else understood(sentence, program, setting)
            chosen = answer(doubt, offered.sentences) if answer else ""
            if not chosen:
                return doubted(doubt, source, offered)
            if doubt.choices:
                answers[doubt.said.strip().lower()] = chosen
            else:
                sentence = chosen
    if stands(sketch, program):
        said = f"{sketch.title}: the program does so already"
        return Outcome(source.path, Result.CLEAN, evidence=(said,))
    plan = plan_of(sketch, wish, ties)
    return chosen_way(asked, desk, plan, sketch, request.examples)


def with_tests(outcome: Outcome, job: Job, desk: Desk, examples: Sequence[Example]) -> Outcome:
    """The outcome with the examples as recorded runs in its patch."""
    assert outcome.patch is not None, "what is verified has a patch"
    after = Desk(job, {file.path.resolve(): file.after for file in outcome.patch.files})
    title = outcome.plans[0].title
    files = kept_tests(job, desk, after, outcome.path, title, examples)
    table = next(file.path for file in files if file.path.suffix == ".toml")
    told = f"tests: {len(examples)} recorded runs in {relative(table, job.root)}"
    if golden_of(job) is None:
        told += f'; `golden = "{table.parent.name}"` in cobolsmith.toml has them run'
    change = Patch((*outcome.patch.files, *files))
    return replace(outcome, patch=change, evidence=(*outcome.evidence, told))


def program_of(desk: Desk, source: Source) -> Program:
    """The program of a source. Raises UsageError for a copybook."""
    found = [one for one in desk.programs(source) if one.name]
    if not found:
        remedy = "name the program the sentence is about with --in"
        raise UsageError("is no program", where=str(source.path), remedy=remedy)
    return found[0]


def understood(sentence: str, program: Program, setting: Setting) -> Offered:
    """Sentences near to one that are planned in a program; without one, one of each kind."""

    def plans(form: str) -> bool:
        try:
            planned(form, program, setting, {})
        except DoubtError:
            return False
        return True

    return forms_of(sentence, program, setting, plans)


def understood_in(path: Path, options: Options) -> tuple[str, ...]:
    """One sentence of each kind that is planned in a program."""
    work = smith.prepared([path], options)
    with ExitStack() as closing:
        recipe = Recipe("implement", "", lambda _: Proposal(), "stated")
        asked = refactoring.Asked(recipe, work.job, (work.inputs[0].path,), {}, closing)
        desk = Desk(work.job)
        program = program_of(desk, desk.source(asked.paths[0]))
        return understood("", program, asked.setting(desk)).sentences


def doubted(doubt: DoubtError, source: Source, offered: Offered) -> Outcome:
    """A question, listed, with sentences that are understood; nothing is done."""
    remedy = "say it in other words, or with the name itself"
    problem = question(doubt.what, source.path, Span(*source.line_span(1)), remedy)
    at = source.line_column(problem.origin.span.start)
    text = f"{problem.what} ({remedy})"
    found = Diagnostic(source.path, *at, text, "question", "implement", problem.origin.span)
    led = "this may mean:" if offered.again else "understood here, for instance:"
    said = (led, *(f"  {one}" for one in offered.sentences)) if offered.sentences else ()
    return Outcome(source.path, Result.REFUSED, (found,), reasons=("to be decided first", *said))


def plan_of(sketch: Sketch, wish: Wish, ties: Ties) -> Plan:
    """The sketch as a plan, with its reasons in words."""
    return Plan(
        sketch.title,
        sketch.edits,
        reasons_of(sketch, wish, ties),
        creates=sketch.creates,
        differs=sketch.differs,
        branches=sketch.apart,
        ways=sketch.ways,
    )


def stands(sketch: Sketch, program: Program) -> bool:
    """Whether a program has all that a sketch would put in."""
    return not missing(sketch, program)


def missing(sketch: Sketch, program: Program) -> tuple[str, ...]:
    """The marks of a sketch that a program lacks."""
    view = program.source.view.decode("ascii")
    text = f" {bare(view, program.source.format != 'free')} "
    return tuple(mark for mark in sketch.marks if f" {bare(mark, False)} " not in text)


def bare(text: str, fixed: bool) -> str:
    """A text's words, upper case outside literals, without what is only style."""
    words = [word.text for word in words_of(text, fixed) if not word.text.startswith("\n")]
    words = [word if word[:1] in "'\"" else word.upper() for word in words]
    quiet = {".", ",", ";", "THEN", "IS"}
    return " ".join(w for w in words if w not in quiet and not w.startswith("END-"))


# --- Filling and checking -------------------------------------------------------------------------


def chosen_way(
    asked: refactoring.Asked, desk: Desk, plan: Plan, sketch: Sketch, examples: Sequence[Example]
) -> Outcome:
    """The first way to fill the plan that is verified, else the last one tried."""
    shown: Outcome | None = None
    told: list[str] = []
    for way in fillings(asked.job, desk, plan):
        strange = unlike(way, plan)
        if strange:
            told.append(f"a fill of the model says something else ({strange}): not taken")
            continue
        outcome = checked(asked, desk, plan, way, sketch, examples)
        outcome = replace(outcome, evidence=(*outcome.evidence, *dict.fromkeys(told)))
        if outcome.result is Result.VERIFIED:
            return outcome
        shown = outcome
    assert shown is not None, "every plan has drafts"
    return shown


def fillings(job: Job, desk: Desk, plan: Plan) -> Iterator[Candidate]:
    """The model's fills, best first, then the plan's own draft."""
    for one in refactoring.ways(job, desk, [plan]):
        yield one[0]


def unlike(way: Candidate, plan: Plan) -> str:
    """What a fill says that the draft doesn't, or the other way round; "" where they agree."""
    draft = plan.drafted
    if way.origin in ("draft", "rule") or draft is None:
        return ""
    for edit, (_, _, text) in zip(draft.edits, way.pieces, strict=True):
        mine, theirs = said("".join(map(str, edit.new))), said(text)
        if mine != theirs:
            return ", ".join(sorted(mine.symmetric_difference(theirs))[:4]) or "another order"
    return ""


def said(text: str) -> frozenset[str]:
    """The statements of a text as words, without what is only style."""
    parts: list[list[str]] = [[]]
    for word in bare(text, False).split(" "):
        if word in VERBS_OF_FILLS:
            parts.append([])
        parts[-1].append(word)
    return frozenset(" ".join(part) for part in parts if part)


VERBS_OF_FILLS = frozenset("IF MOVE ADD SET GO DISPLAY WRITE PERFORM CALL COMPUTE WHEN".split())


def checked(
    asked: refactoring.Asked,
    desk: Desk,
    plan: Plan,
    way: Candidate,
    sketch: Sketch,
    examples: Sequence[Example],
) -> Outcome:
    """A way as a patch, judged by every check."""
    path = plan.paths[0]
    try:
        change = numbered(refactoring.changed_by(desk, [plan], [way]), forms(desk, plan))
    except CobolsmithError as error:
        return Outcome(path, Result.REFUSED, plans=(plan,), reasons=(str(error),))
    verdicts = tuple(judged(asked, desk, plan, change, sketch, examples))
    needed = required(asked.job, examples)
    note = {"draft": "worded by the plan's own draft", "rule": ""}.get(
        way.origin, f"worded by the model ({way.origin}), score {way.score:.2f}"
    )
    evidence = (*(line for verdict in verdicts for line in verdict.evidence), note)
    return Outcome(
        path,
        Result.VERIFIED if verified(verdicts, needed) else Result.UNVERIFIED,
        (),
        (plan,),
        change,
        verdicts,
        tuple(line for line in evidence if line),
        unmet(verdicts, needed),
    )


def forms(desk: Desk, plan: Plan) -> dict[str, str]:
    """The reference formats of the files that a plan changes."""
    changed = {edit.path for edit in plan.edits}
    return {str(path.resolve()): desk.source(path).format for path in changed}


def required(job: Job, examples: Sequence[Example]) -> tuple[str, ...]:
    """The checks that must pass: those configured (a suite only where there is one), and what
    shows the new behaviour: the examples of the spec, without them runs side by side."""
    own = [name for name in job.config.required if name != SUITE or job.config.test]
    shown = ACCEPTANCE if examples else EQUIVALENCE
    return tuple(dict.fromkeys((*own, shown)))


def judged(
    asked: refactoring.Asked,
    desk: Desk,
    plan: Plan,
    change: Patch,
    sketch: Sketch,
    examples: Sequence[Example],
) -> Iterator[Verdict]:
    """The verdicts on a change, cheapest first; what fails ends it."""
    subject = refactoring.subject_of(asked, desk, [plan], change, frozenset())
    after = Desk(asked.job, {file.path.resolve(): file.after for file in change.files})

    def settle() -> tuple[str, ...]:
        left = missing(sketch, program_of(after, after.source(asked.paths[0])))
        return (f"{sketch.title}: not there ({', '.join(left)})",) if left else ()

    subject = replace(subject, settle=settle)
    for name, check in CHECKS.items():
        if name == EQUIVALENCE:
            continue
        verdict = check(subject)
        yield verdict
        if verdict.status is Status.FAILED:
            return
    if examples:
        verdict = accepted(asked.job, desk, after, asked.paths[0], examples)
        yield verdict
        if verdict.status is Status.FAILED:
            return
    recorded = asked.job.options.golden or asked.job.config.golden
    usual = 0 if examples else RUNS
    runs = usual if asked.job.options.runs is None else asked.job.options.runs
    if recorded or runs:
        yield CHECKS[EQUIVALENCE](replace(subject, runs=runs))
    else:
        reason = "no recorded runs (--golden), and none to be generated (--runs)"
        yield Verdict(EQUIVALENCE, Status.SKIPPED, reason)
