"""Stacks of `perf script`: whatever a program, a function or a file is called, and wherever the text was cut off."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapper.collectors.programs.cmd_perf_script import COLLECTOR
from snapper.collectors.programs.perf_samples import NAME_LIMIT, Sample, samples

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "parse" / "cmd.perf_script"


def recorded(name: str) -> list[Sample]:
    return list(samples((FIXTURES / f"{name}.txt").read_text(encoding="utf-8")))


def stack_of(said: str) -> list[str]:
    [sample] = samples(f"orders 41 10.5:\n{said}\n\n")
    return [frame.name for frame in sample.stack]


def test_a_recorded_stack_begins_with_the_outermost_caller() -> None:
    sample = next(each for each in recorded("linux-6.18") if each.stack[-1].name == "héron")

    assert sample.comm == "my svc: 1 2.0:"
    assert [(frame.name, frame.image, frame.kernel) for frame in sample.stack] == [
        ("__libc_start_call_main", "libc.so.6", False),
        ("main", "svc", False),
        ("héron", "svc", False),
    ]
    assert not sample.is_idle


def test_a_template_keeps_its_blanks_and_brackets() -> None:
    names = {frame.name for sample in recorded("linux-6.18") for frame in sample.stack}

    assert (
        "Table<std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >, int>::operator()"
        in names
    )


def test_odd_names_are_taken_as_they_are() -> None:
    first, idle, also_idle, busy, java = recorded("written-odd-names")

    assert (first.comm, first.pid, first.seconds) == ("orders\nx", 41, 10.5)
    assert [frame.name for frame in first.stack] == [
        "[unknown]",
        "<script>alert(1)</script>",
        "std::map<std::string, std::vector<int> >::operator[](std::string const&)",
    ]
    assert first.stack[-1].image == "orders"
    assert (idle.is_idle, also_idle.is_idle, busy.is_idle) == (True, True, False)
    assert [(frame.name, frame.image) for frame in java.stack] == [
        ("[jit]", "[jit]"),
        ("Lorg/example/Заказ;::run", "[jit]"),
    ]


@pytest.mark.parametrize(
    ("address", "image", "kernel"),
    [
        ("ffffffff821ef691", "[kernel.kallsyms]", True),
        ("ffffffffc0a01234", "/lib/modules/6.1.0/kernel/fs/ext4/ext4.ko", True),
        ("ffff800008012345", "[nf_tables]", True),
        ("c0101234", "[kernel.kallsyms]", True),
        ("7ffd1a2b3c4d", "[vdso]", False),
        ("4f0", "/usr/bin/dd", False),
        ("ffffffffff600400", "[vsyscall]", True),
    ],
)
def test_the_kernel_is_known_by_its_addresses_or_its_image(address: str, image: str, *, kernel: bool) -> None:
    [sample] = samples(f"dd 1 1.5:\n\t{address} f ({image})\n\n")

    assert sample.stack[0].kernel is kernel


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("\t4f0 main (/srv/orders)", ["main"]),
        ("\t4f0 [unknown] (/usr/lib/libssl.so.3)", ["[libssl.so.3]"]),
        ("\t4f0 [unknown] (/a/libx.so)\n\t5f0 [unknown] (/a/libx.so)\n\t6f0 f (/a/libx.so)", ["f", "[libx.so]"]),
        ("\t4f0 f (/a/x)\n\t4f1 f (/a/x)", ["f", "f"]),  # it calls itself
        ("\t4f0 [unknown] (//anon)", ["[anon]"]),
        ("\t4f0 [unknown] ([heap])", ["[heap]"]),
        ("\t4f0 operator() (int) (/a/x)", ["operator() (int)"]),
        ("\t4f0 Lexer::token:[masked] (/a/x)", ["Lexer::token:[masked]"]),
        ("\t4f0 f (/a/passwd=[masked]", ["f (/a/passwd=[masked]"]),  # the mask took the bracket
        ("\t4f0 " + "x" * 5000 + " (/a/x)", ["x" * (NAME_LIMIT - 1) + "…"]),
        ("", []),
    ],
)  # fmt: skip
def test_a_function_is_named_alike_after_every_boot(said: str, names: list[str]) -> None:
    assert stack_of(said) == names


def test_what_was_cut_off_is_left_out_and_the_rest_is_kept() -> None:
    whole = (FIXTURES / "linux-6.18.txt").read_text(encoding="utf-8")
    every = list(samples(whole))

    for end in range(len(whole) // 2, len(whole), 97):
        kept = list(samples(whole[:end]))
        assert kept == every[: len(kept)]
        assert len(kept) >= whole[:end].count("\n\n")


@pytest.mark.parametrize(
    "text", ["no perf\n\n", "a 1 1.5: 4f0 main (/x)\n\n", "a\n" * 50 + " 1 1.5:\n\n", "\tff f (x)\n\n"]
)
def test_something_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        list(samples(text))


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_gives_samples_or_a_stated_error(text: str) -> None:
    try:
        found = list(samples(text))
    except ValueError:
        return
    assert all(sample.seconds >= 0 and sample.pid is not None for sample in found)


NAMES = st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1, max_size=60)


@settings(deadline=None)
@given(name=NAMES, file=NAMES)
def test_any_function_of_any_file_is_a_frame(name: str, file: str) -> None:
    assert len(stack_of(f"\t4f0 {name} (/srv/{file})")) == 1


@settings(deadline=None)
@given(comm=st.text(st.characters(codec="utf-8"), min_size=1, max_size=15).filter(lambda comm: comm.strip()))
def test_no_program_can_spoil_the_profile_by_its_name(comm: str) -> None:
    text = f"first 1 1.5:\n\t4f0 main (/x)\n\n{comm} 4711 2.5:\n\t4f0 main (/x)\n\nlast 3 3.5:\n\t4f0 main (/x)\n\n"

    found = list(samples(text))

    assert [sample.pid for sample in found][::2] == [1, 3] or len(found) > 3
    assert found[0].comm == "first"
    assert found[-1].comm == "last"


def test_it_asks_for_nothing_that_would_leave_a_trace() -> None:
    command = COLLECTOR.read

    assert {"-N", "-B"} <= set(command.argv)  # type: ignore[union-attr] # it is a Command
    assert COLLECTOR.opt_in == "profile"
