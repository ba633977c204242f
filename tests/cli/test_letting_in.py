"""`regulars users`, `tokens`, `audit`, and settings that cannot be."""

import pytest

from regulars.access.models import AuditEntry
from regulars.access.tokens import token_actor
from tests import cast
from tests.cli.conftest import Shell

STORE = "Harbour Coffee"


@pytest.mark.parametrize(
    ("setting", "sentence"),
    [
        ({"REGULARS_URL": "shop"}, 'REGULARS_URL holds "shop", which is no address; write it as https://shop.example.org.'),
        ({"REGULARS_API_RATE": "fast"}, 'REGULARS_API_RATE is "fast"; write how many requests in so many seconds, such as 200/4.'),
    ],
    ids=str,
)  # fmt: skip
def test_a_setting_that_cannot_be_is_refused_in_one_sentence(bare_shell: Shell, setting, sentence):
    said = bare_shell.run("doctor", code=2, **setting)
    assert (said.stdout, said.stderr) == ("", f"{sentence}\n")


class TestInOneShop:
    @pytest.fixture(autouse=True)
    def _shop(self, till):
        self.typed = till

    def test_somebody_is_let_in_and_taken_out_again(self):
        said = self.typed.run("users", "create", "amina", "--role", "owner").stdout
        first, password = said.splitlines()
        assert first == "amina signs in with this password, and chooses another then:"
        assert len(password.strip()) == 23
        self.typed.run("users", "create", "wanjiru", "--name", "Wanjiru K.", "--role", "cashier", "--store", STORE)
        assert [(row["login"], row["role"], row["stores"]) for row in self.typed.json("users", "list")] == [
            ("amina", "owner", []), ("wanjiru", "cashier", [STORE]),
        ]  # fmt: skip
        self.typed.run("users", "deactivate", "wanjiru")
        assert [row["is_active"] for row in self.typed.json("users", "list")] == [True, False]
        assert self.typed.refusal("users", "deactivate", "amina", code=5).startswith("amina is the only owner left")
        assert self.typed.refusal("users", "password", "nobody", code=4) == 'Nobody signs in as "nobody".'
        assert self.typed.refusal("users", "create", "x", "--role", "owner", code=2).startswith("Nobody can sign in as")

    def test_a_token_is_shown_once_and_revoked(self):
        made = self.typed.json("tokens", "create", "Till 1", "--store", STORE)
        assert token_actor(made["token"], at=cast.NOW).name == "Till 1"
        [row] = self.typed.json("tokens", "list")
        assert (row["id"], row["role"], row["store"]) == (made["id"], "register", STORE)
        assert made["token"] not in str(row)
        self.typed.run("tokens", "revoke", str(made["id"]))
        assert self.typed.json("tokens", "list")[0]["revoked_at"] is not None
        assert self.typed.refusal("tokens", "revoke", "99", code=4) == "There is no token 99."

    def test_the_log_is_shown_and_verified(self):
        self.typed.run("users", "create", "amina", "--role", "owner")
        [newest, *_older] = self.typed.json("audit", "show", "--limit", "1")
        assert (newest["verb"], newest["actor"]) == ("access.person_create", "operator")
        said = self.typed.run("audit", "verify").stdout
        seal = said.splitlines()[-1].strip()
        assert self.typed.json("audit", "verify", "--seal", seal) == []
        AuditEntry.objects.filter(n=newest["n"]).update(actor="person:9")
        told = self.typed.json("audit", "verify", code=1)
        assert told == [
            {"finding": f"Entry {newest['n']} is not as it was written, or not where it was written."},
        ]
        assert self.typed.refusal("audit", "verify", "--seal", "3:abc", code=2).startswith('"3:abc" is no seal')
