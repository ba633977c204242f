"""`regulars init`, stores, doctor, verify, upgrade: what an operator types first."""

import os
import stat

import pytest

from tests.cli.conftest import Shell

ON_SQLITE = pytest.mark.skipif("REGULARS_DATABASE_URL" in os.environ, reason="about the encrypted file")


def test_init_makes_a_shop_that_is_well(bare_shell: Shell):
    said = bare_shell.run("init", "--name", "Gifts", "--currency", "GBP", "--timezone", "Europe/London").stdout

    assert said.startswith('The shop "Gifts" is set up in ')
    assert stat.S_IMODE((bare_shell.folder / "key").stat().st_mode) == 0o600
    assert stat.S_IMODE(bare_shell.folder.stat().st_mode) == 0o700
    [store] = bare_shell.json("stores", "list")
    assert store == {
        "name": "Gifts", "country": "GB", "timezone": "Europe/London", "currency": "GBP", "day_cutoff": "00:00",
        "city": "", "region": "", "is_active": True,
    }  # fmt: skip
    assert bare_shell.json("verify") == []
    assert "problem" not in {each["level"] for each in bare_shell.json("doctor")}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (("--currency", "PND"), '"PND" is no currency code; write one of ISO 4217, such as GBP, EUR or KES.'),
        (("--timezone", "Europe/Londn"), '"Europe/Londn" is no time zone; write one such as Europe/London.'),
        (("--day-cutoff", "25:00"), '"25:00" is no time of day; write it as 04:00.'),
        (("--timezone", "UTC"), 'The time zone UTC does not tell the country; name it with "--country KE".'),
    ],
)
def test_init_with_a_wrong_word_makes_nothing(bare_shell: Shell, wrong, sentence):
    right = {"--name": "Gifts", "--currency": "GBP", "--timezone": "Europe/London"}
    words = [word for pair in (right | {wrong[0]: wrong[1]}).items() for word in pair]

    assert bare_shell.refusal("init", *words, code=2) == sentence
    assert not bare_shell.folder.exists()


def test_init_a_second_time_is_refused_and_keeps_the_first(shell: Shell):
    again = ("init", "--name", "Other", "--currency", "GBP", "--timezone", "Europe/London")

    assert "There is a shop in" in shell.refusal(*again, code=5)
    assert [store["name"] for store in shell.json("stores", "list")] == ["Harbour Coffee"]


def test_without_a_shop_every_command_says_how_to_make_one(bare_shell: Shell):
    sentence = bare_shell.refusal("customers", "list", code=4)

    assert sentence == (
        f'There is no shop in "{bare_shell.folder}" yet; make one with '
        f'"regulars init --data {bare_shell.folder} --name ...".'
    )
    assert not bare_shell.folder.exists()


def test_data_may_be_named_anywhere_on_the_line(shell: Shell):
    elsewhere = {"REGULARS_DATA": "nowhere"}

    for words in (("stores", "list", "--data", str(shell.folder)), ("stores", "list", f"--data={shell.folder}")):
        assert "Harbour Coffee" in shell.run(*words, **elsewhere).stdout


@ON_SQLITE
def test_a_wrong_key_is_named_and_changes_nothing(shell: Shell):
    before = (shell.folder / "regulars.db").read_bytes()

    said = shell.run("customers", "list", code=2, REGULARS_KEY="ab" * 32)

    assert said.stderr.startswith(f'The key does not open "{shell.folder / "regulars.db"}": it is another shop\'s key')
    assert (shell.folder / "regulars.db").read_bytes() == before


@ON_SQLITE
@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda key: key.unlink(), "The key of this shop is not at"),
        (lambda key: key.chmod(0o644), "can be read by other users; close it with"),
        (lambda key: key.write_text("swordfish"), "is not 64 hexadecimal digits"),
    ],
)
def test_a_missing_open_or_malformed_key_says_what_to_do(shell: Shell, spoil, sentence):
    spoil(shell.folder / "key")

    assert sentence in shell.run("doctor", code=4 if "not at" in sentence else 2).stderr


@ON_SQLITE
def test_the_key_may_lie_elsewhere(shell: Shell, tmp_path):
    (shell.folder / "key").rename(tmp_path / "safe")

    rows = shell.run("doctor", "--format", "json", REGULARS_KEY_FILE=str(tmp_path / "safe")).stdout

    assert str(tmp_path / "safe") in rows
    assert "lies beside the database" not in rows


def test_a_store_is_added_once_and_in_the_currency_of_the_business(shell: Shell):
    shell.run("stores", "add", "Karen", "--city", "Nairobi", "--day-cutoff", "04:00")

    assert shell.refusal("stores", "add", "Karen", code=5) == 'There is a store "Karen" already.'
    assert "counts in KES, not in USD" in shell.refusal("stores", "add", "Online", "--currency", "USD", code=2)
    assert "no time zone" in shell.refusal("stores", "add", "Online", "--timezone", "Mars", code=2)
    stores = [(store["name"], store["day_cutoff"], store["city"]) for store in shell.json("stores", "list")]
    assert stores == [("Harbour Coffee", "00:00", ""), ("Karen", "04:00", "Nairobi")]


def test_upgrade_of_a_shop_that_is_up_to_date_changes_nothing(shell: Shell):
    assert "is up to date" in shell.run("upgrade").stdout
    assert shell.json("verify") == []
