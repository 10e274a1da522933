"""refactor widen-field, narrow-field: an item's PICTURE, and everything that has to follow."""

from __future__ import annotations

from cobolsmith.errors import UsageError
from cobolsmith.recipe import Option, Proposal, Recipe, Setting
from cobolsmith.recipes.fields.outcome import already, finished, written
from cobolsmith.recipes.fields.pictures import TEXT, Room, like, measured, room
from cobolsmith.recipes.fields.spread import Change, Spread, begin
from cobolsmith.recipes.fields.world import Entry, Held, meant, world


def widen(setting: Setting) -> Proposal:
    """Give a field room, and all that receives it. Raises UsageError for a name or PICTURE that
    can't be meant."""
    estate = world(setting)
    entry = meant(estate, setting.text("name"))
    held = estate.items(entry)[0]
    text = setting.text("to").upper()
    before, after = both(setting, held, text)
    if before == after:
        return already(held, f"{held.name} is {written(held)} already")
    if after.whole < before.whole or after.scale < before.scale or after.size < before.size:
        raise UsageError(
            f"{text} holds less than {written(held)}", remedy="use narrow-field, or a wider PICTURE"
        )
    spread = begin(estate)
    spread.resize(entry, after, "asked for", text)
    spread.run()
    return finished(spread, f"widen {held.name} from {written(held)} to {text}")


def narrow(setting: Setting) -> Proposal:
    """Make a field smaller; its record keeps its length, FILLER takes what becomes free.

    What no longer fits is asked about, unless the user says that it does (--fits). Raises
    UsageError as `widen` does.
    """
    estate = world(setting)
    entry = meant(estate, setting.text("name"))
    held = estate.items(entry)[0]
    text = setting.text("to").upper()
    before, after = both(setting, held, text)
    if before == after:
        return already(held, f"{held.name} is {written(held)} already")
    if after.whole > before.whole or after.scale > before.scale or after.size > before.size:
        raise UsageError(
            f"{text} holds more than {written(held)}", remedy="use widen-field, or narrow it more"
        )
    spread = begin(estate)
    spread.resize(entry, after, "asked for", text)
    spread.waiting.clear()
    for change in (*spread.changes.values(),):
        freed(spread, change)
    senders(spread, entry, before, after)
    return finished(spread, f"narrow {held.name} from {written(held)} to {text}")


def freed(spread: Spread, change: Change) -> None:
    """Keep the record's length: FILLER behind a narrowed field takes the bytes it gives up."""
    held = spread.first(change.entry)
    less = held.item.length - change.length
    if held.item.level in (1, 77) or not less:
        return
    if held.item.occurs:
        what = f"{held.name} is a table itself: its record would become shorter"
        spread.ask(what, held.item.origin, "narrow it by hand")
        return
    spread.settled[change.entry] = -less
    beside = [one for one, nth in spread.siblings(held) if nth == 1 and spread.gives(one, 0, 0)]
    if beside:
        spread.shrink(beside[0].entry, -less)
        spread.waiting.clear()
    else:
        spread.put_in(change.entry, less)


def senders(spread: Spread, entry: Entry, before: Room, after: Room) -> None:
    """Ask about values that went into a field and may not fit any more."""
    if spread.world.setting.flag("fits"):
        return
    for held in spread.world.items(entry):
        for move in held.program.flow.moves:
            receiver = spread.world.item(held.program, move.receiver_owner, move.receiver)
            if receiver is None or receiver.key != held.key:
                continue
            sender = spread.world.item(held.program, move.owner, move.sender)
            what = lost(held, sender, move.literal, after)
            if what:
                remedy = "narrow that too, or say --fits if its values are known to be small"
                spread.ask(f"{what} goes into {held.name} ({move.verb})", move.origin, remedy)
        for value in held.item.values if not held.item.conditions else ():
            what = lost(held, None, value if isinstance(value, str) else value[1], after)
            if what:
                spread.ask(f"{held.name} has the VALUE {what}", held.item.origin)
        for index in held.item.conditions:
            condition = held.program.items[index]
            for value in condition.values:
                what = lost(held, None, value if isinstance(value, str) else value[1], after)
                if what:
                    spread.ask(f"{condition.name} is {what}", condition.origin)


def lost(held: Held, sender: Held | None, literal: str, after: Room) -> str:
    """What goes into a field and doesn't fit it, or ""."""
    if sender is not None:
        if sender.item.is_group or sender.item.level == 0:
            return ""
        value = room(sender.item)
        if value is None or sender.entry == held.entry:
            return ""
        if after.number:
            too_long = (value.whole if value.number else value.size) > after.whole
            return sender.name if too_long or value.scale > after.scale else ""
        return sender.name if value.size > after.size else ""
    text = literal.strip("'\"") if literal[:1] in "'\"" else literal
    if after.number:
        digits = text.lstrip("+-").partition(".")
        plain = (digits[0] + digits[2]).isdigit()
        far = len(digits[0].lstrip("0")) > after.whole or len(digits[2].rstrip("0")) > after.scale
        return literal if plain and far else ""
    quoted = literal[:1] in "'\""
    return literal if quoted and len(text.rstrip()) > after.size else ""


# --- Shared ---------------------------------------------------------------------------------------


def both(setting: Setting, held: Held, text: str) -> tuple[Room, Room]:
    """What a field holds, and what it is to hold. Raises UsageError where that isn't the same kind
    of field."""
    item = held.item
    before = room(item)
    if item.is_group or before is None or item.picture is None:
        raise UsageError(f"{held.name} has no PICTURE", remedy="name an elementary item")
    wanted = measured(setting, text + like(item), held.program)
    assert wanted.picture is not None
    kinds = [
        "text" if one.category in TEXT else one.category for one in (item.picture, wanted.picture)
    ]
    if kinds[0] != kinds[1]:
        raise UsageError(
            f"{text} is {kinds[1]}, and {held.name} is {kinds[0]}",
            remedy="the kind of a field stays",
        )
    if item.picture.signed != wanted.picture.signed:
        said = "has no sign" if item.picture.signed else "has a sign"
        raise UsageError(f"{text} {said}, unlike {written(held)}", remedy="keep the sign as it is")
    after = room(wanted)
    assert after is not None
    return before, after


_NAME = Option(
    "name", "the field: FIELD, FIELD OF GROUP, PROGRAM:FIELD or COPYBOOK:FIELD", "argument", True
)
_TO = Option("to", 'its new PICTURE, such as "S9(7)V99"', required=True)
_VIEWS = Option(
    "keep-views", "redefinitions of the field are records of another kind: leave them", "flag"
)
WIDEN = Recipe(
    "widen-field",
    "give a field a wider PICTURE, and all that receives it, in every program, job and file",
    widen,
    "stated",
    (_NAME, _TO, _VIEWS),
)
NARROW = Recipe(
    "narrow-field",
    "give a field a narrower PICTURE; FILLER keeps its record as long as it is",
    narrow,
    "stated",
    (
        _NAME,
        _TO,
        _VIEWS,
        Option("fits", "all values are known to fit: don't ask about senders", "flag"),
    ),
)
