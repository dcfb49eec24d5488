"""Mutation testing of the policy library: ``python -m tests.security.mutate [path ...]``.

Each mutant is one small fault put into one module of ``src/domain``; ``tests/domain`` has to
notice. What survives is listed, to be killed by a test or, when no test can, explained in
``tests.security.equivalents``. The exit code says whether each one was.

mutmut expects another layout, and an interpreter for each mutant; here a process that has loaded
pytest forks for each.
"""

from __future__ import annotations

import ast
import copy
import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.abc import Loader, MetaPathFinder
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

from tests.e2e.processes import ROOT
from tests.security.equivalents import EQUIVALENT, Key

SOURCE = ROOT / "src"
TESTS = ROOT / "tests" / "domain"
SECONDS = 240
"""A mutant that loops for ever is dead."""
EXAMPLES = 25
"""Of each property: fewer than in CI, so a mutant is killed by less than what CI has."""

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Add,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}


@dataclass(frozen=True)
class Mutant:
    """One fault: where, and what it does."""

    path: Path
    line: int
    what: str
    tree: ast.Module

    @property
    def module(self) -> str:
        return ".".join(self.path.relative_to(SOURCE).with_suffix("").parts)

    @property
    def key(self) -> Key:
        """How it is known to ``tests.security.equivalents``."""
        place = str(self.path.relative_to(SOURCE / "domain"))
        return place, self.path.read_text().splitlines()[self.line - 1].strip(), self.what

    def __str__(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line} {self.what}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = ast.parse(path.read_text())
    for index, node in enumerate(_nodes(tree)):
        for number, (what, _) in enumerate(_changes(node)):
            changed = copy.deepcopy(tree)
            target = _nodes(changed)[index]
            list(_changes(target))[number][1]()
            yield Mutant(path, node.lineno, what, ast.fix_missing_locations(changed))


def _nodes(tree: ast.Module) -> list[ast.expr | ast.stmt]:
    """What can be mutated: no annotation, no docstring, no sentence, no Protocol."""
    found: list[ast.expr | ast.stmt] = []
    todo: list[ast.AST] = [tree]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.ClassDef) and any(_is(base, "Protocol") for base in node.bases):
            continue
        if isinstance(node, ast.expr | ast.stmt):
            found.append(node)
        todo += [child for child in _children(node) if not _is_docstring(child)]
    return sorted(found, key=lambda node: (node.lineno, node.col_offset, type(node).__name__))


def _children(node: ast.AST) -> Iterator[ast.AST]:
    skipped = {"annotation", "returns", "decorator_list", "type_params", "bases"}
    for name, value in ast.iter_fields(node):
        if name in skipped or (isinstance(node, ast.Raise) and name == "cause"):
            continue
        if isinstance(node, ast.Assign) and _is(node.targets[0], "__all__"):
            continue
        yield from (
            item
            for item in (value if isinstance(value, list) else [value])
            if isinstance(item, ast.AST)
        )


def _is(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_docstring(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def _changes(node: ast.AST) -> Iterator[tuple[str, object]]:
    """What can be done to a node: a name for it, and how to do it."""

    def put(field: str, value: object):
        return lambda: setattr(node, field, value)

    match node:
        case ast.Compare(ops=ops):
            for place, operator in enumerate(ops):
                other = COMPARISONS[type(operator)]
                wanted = [*ops[:place], other(), *ops[place + 1 :]]
                yield f"{type(operator).__name__} → {other.__name__}", put("ops", wanted)
        case ast.BoolOp(op=operator):
            other = ast.Or if isinstance(operator, ast.And) else ast.And
            yield f"{type(operator).__name__} → {other.__name__}", put("op", other())
        case ast.UnaryOp(op=ast.Not()):
            yield "not not", put("operand", ast.UnaryOp(ast.Not(), node.operand))
        case ast.If() | ast.IfExp() | ast.While():
            yield "condition → True", put("test", ast.Constant(True))
            yield "condition → False", put("test", ast.Constant(False))
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            other = OPERATORS[type(operator)]
            yield f"{type(operator).__name__} → {other.__name__}", put("op", other())
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield "return None", put("value", ast.Constant(None))
        case ast.Constant(value=bool() as value):
            yield f"{value} → {not value}", put("value", not value)
        case ast.Constant(value=int() as value):
            yield f"{value} → {value + 1}", put("value", value + 1)
        case ast.Constant(value=str() as value) if value and " " not in value:
            yield f"{value!r} → other text", put("value", f"{value}X")
        case ast.FunctionDef(body=body):
            yield from _without_statements(node, body)


def _without_statements(
    node: ast.FunctionDef, body: list[ast.stmt]
) -> Iterator[tuple[str, object]]:
    """A function without one of its statements: a call for its effect, or a raise."""
    for place, statement in enumerate(body):
        if isinstance(statement, ast.Raise) or (
            isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        ):
            rest = [*body[:place], ast.Pass(), *body[place + 1 :]]
            what = f"without line {statement.lineno}"
            yield what, lambda rest=rest: setattr(node, "body", rest)


def _is_none(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and value.value is None


class _Finder(MetaPathFinder, Loader):
    """Gives the mutant for its module, and leaves every other import alone."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name, _path, _target=None):
        if name != self._mutant.module:
            return None
        return spec_from_loader(name, self, origin=str(self._mutant.path))

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._mutant.tree, str(self._mutant.path), "exec"), module.__dict__)


def survivors(found: list[Mutant]) -> Iterator[Mutant]:
    """Run the tests against each mutant, in forks of this process: one for each processor."""
    running: dict[int, Mutant] = {}
    todo = list(reversed(found))
    while todo or running:
        while todo and len(running) < (os.cpu_count() or 1):
            mutant = todo.pop()
            running[_forked(mutant)] = mutant
        pid, status = os.wait()
        mutant = running.pop(pid)
        if os.waitstatus_to_exitcode(status) == 0:
            yield mutant


def _forked(mutant: Mutant) -> int:
    pid = os.fork()
    if pid == 0:
        code = 1
        try:
            code = _run_tests(mutant)
        finally:
            os._exit(code)
    return pid


def _run_tests(mutant: Mutant) -> int:
    import hypothesis
    import pytest

    signal.alarm(SECONDS)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)
    hypothesis.settings.register_profile(
        "mutate", max_examples=EXAMPLES, derandomize=True, deadline=None, database=None
    )
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # each fork would load them anew
    os.environ["HYPOTHESIS_PROFILE"] = "mutate"  # the suite's conftest loads what is named here
    sys.path[:0] = [str(SOURCE)]
    sys.meta_path.insert(0, _Finder(mutant))
    plain = ["-x", "-q", "-c", os.devnull, "--rootdir", str(ROOT), "-p", "no:cacheprovider"]
    for files in _nearest_first(mutant.module):
        if pytest.main([*map(str, files), *plain]) != pytest.ExitCode.OK:
            return 1
    return 0


def _nearest_first(module: str) -> list[list[Path]]:
    """The test files, in parts: those that name the module first, properties last."""
    parts: dict[tuple[bool, bool], list[Path]] = {}
    for path in sorted(TESTS.glob("test_*.py")):
        text = path.read_text()
        parts.setdefault(("hypothesis" in text, module not in text), []).append(path)
    return [parts[key] for key in sorted(parts)]


def main() -> int:
    """Mutate what is named, or all of the domain; list the survivors."""
    import hypothesis  # noqa: F401 - loaded once, for all forks
    import pytest  # noqa: F401

    os.chdir(ROOT)
    named = [ROOT / path for path in sys.argv[1:]]
    files = named or sorted((SOURCE / "domain").rglob("*.py"))
    found = [mutant for path in files for mutant in mutants(path)]
    sound = Mutant(files[0], 1, "nothing", ast.parse(files[0].read_text()))
    if list(survivors([sound])) != [sound]:
        sys.stdout.write("The tests fail without any mutant; see to that first.\n")
        return 2
    unexplained, explained = 0, set()
    for mutant in survivors(found):
        reason = EQUIVALENT.get(mutant.key)
        explained |= {mutant.key} if reason else set()
        unexplained += reason is None
        sys.stdout.write(f"survived: {mutant} ({reason or 'NOT EXPLAINED'})\n")
        sys.stdout.flush()
    stale = EQUIVALENT.keys() - explained if not named else set()
    for key in sorted(stale):
        sys.stdout.write(f"killed, though it is explained: {key}\n")
    sys.stdout.write(f"{len(found)} mutants, {unexplained} survived without a reason\n")
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
