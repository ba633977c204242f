"""How people of Nairobi are called: the mix of the city, weighted as common names are common."""

from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from faker import Faker

# The share of each origin among the customers; the Faker locale where it knows the names better than these lists.
LOCALES = {"en_IN": 0.07, "en_GB": 0.04, "sw": 0.03, "fr_FR": 0.03, "de_DE": 0.02, "yo_NG": 0.01}
KENYAN_RARE = 0.12
RARE_LOCALE = "en_KE"
# Kenyans often give their own name between the Christian one and the father's.
MIDDLE_NAME = 0.4
# Of those who speak both, so many would rather read Swahili than English.
SWAHILI = 0.35
# The n-th name of a list is given in proportion to 1 / (n + this): common ones twice or thrice as often as late ones.
FLATNESS = 12


class People(NamedTuple):
    """Names of one people, each list parted by blanks, the most common first."""

    share: float
    women: str
    men: str
    families: str
    has_christian_name: bool = True


_CHRISTIAN = {
    "female": "Mary Faith Grace Mercy Esther Jane Ann Lucy Joyce Ruth Margaret Caroline Purity Beatrice Rose Sharon "
    "Winnie Catherine Nancy Lilian Brenda Diana Eunice Irene Naomi Agnes Susan Joan Cynthia Stella Veronica Linet "
    "Gladys Tabitha Sarah Rachel Edith Janet Doreen Vivian Maureen Milka Damaris Peris Josephine Pauline",
    "male": "John Peter James Joseph David Daniel Samuel Brian Kevin Dennis Paul Stephen George Francis Michael "
    "Patrick Moses Simon Charles Isaac Victor Collins Emmanuel Anthony Eric Felix Geoffrey Martin Joshua Evans "
    "Robert Philip Benson Kennedy Edwin Elijah Nicholas Vincent Alex Duncan Timothy Boniface Titus Julius Gideon",
}
# Own names (women, men) and family names of the larger peoples, with their share of Nairobi.
_PEOPLES = (
    People(
        share=0.36,
        women="Wanjiku Njeri Wambui Nyambura Wairimu Wangari Muthoni Wanjiru Njoki Wangui Waithera Nyokabi Mumbi",
        men="Kamau Mwangi Njoroge Kariuki Maina Kimani Njuguna Macharia Gitau Ndung'u Mbugua Waweru Irungu",
        families="Kamau Mwangi Njoroge Kariuki Maina Kimani Njuguna Macharia Karanja Gitau Ndung'u Mbugua Waweru "
        "Muriithi Githinji Kinyua Mugo Ngugi Wainaina Gichuru Thuku Muchiri Nderitu Kagwe",
    ),
    People(
        share=0.18,
        women="Achieng Akinyi Atieno Adhiambo Anyango Awuor Apiyo Akoth Auma",
        men="Otieno Odhiambo Ochieng Omondi Onyango Ouma Okoth Owino Opiyo",
        families="Otieno Odhiambo Ochieng Omondi Onyango Ouma Okoth Owino Oduor Okello Oloo Ogola Were Ogutu "
        "Ojwang Ombok",
    ),
    People(
        share=0.17,
        women="Nasimiyu Nekesa Naliaka Nafula Khadija Kageha Ayuma",
        men="Wafula Wekesa Simiyu Barasa Juma Wanyama Shikuku",
        families="Wafula Wekesa Simiyu Barasa Wanjala Wanyonyi Makokha Mukhwana Shikuku Lusweti Amukoya Khaemba "
        "Masinde Kundu",
    ),
    People(
        share=0.13,
        women="Mwende Mumbua Syombua Ndinda Kavata Nduku Mutheu",
        men="Mutua Musyoka Kioko Mutuku Wambua Muli Kyalo",
        families="Mutua Musyoka Kioko Mutuku Wambua Muli Kyalo Nzioka Ndambuki Kilonzo Muthama Mwanzia Musau Makau "
        "Nthenge",
    ),
    People(
        share=0.11,
        women="Chebet Cherono Chepkemoi Jepkosgei Jeptoo Chelimo Jerop",
        men="Kiprop Kipkemoi Kiprono Kibet Kipchumba Cheruiyot",
        families="Koech Rotich Langat Kiplagat Cheruiyot Korir Chepkwony Kosgei Bett Sang Kirui Mutai Keter "
        "Biwott Tanui",
    ),
    People(
        share=0.05,
        women="Halima Fatuma Amina Hodan Zamzam Asha Nasra Maryam",
        men="Abdi Hassan Yusuf Abdirahman Ali Omar Farah",
        families="Hassan Abdi Mohamed Ali Omar Ibrahim Adan Hussein Noor Yusuf Farah Warsame Sheikh Bashir Duale",
        has_christian_name=False,
    ),
)
_SPOKEN = {"en_IN": "en", "en_GB": "en", "fr_FR": "fr", "de_DE": "de", "sw": "sw", "yo_NG": "en", "en_KE": "en"}


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name and the language its bearer would rather read."""

    first: str
    middle: str
    last: str
    language: str

    @property
    def whole(self) -> str:
        return " ".join(part for part in (self.first, self.middle, self.last) if part)


class Names:
    """A well of names; the same generator of chance draws the same names from it."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._fakers = {locale: Faker(locale) for locale in (*LOCALES, RARE_LOCALE)}
        for faker in self._fakers.values():
            faker.seed_instance(rng.getrandbits(64))

    def drawn(self, gender: str) -> PersonName:
        """The name of a woman (`female`) or man (`male`)."""
        draw = self._rng.random()
        for locale, share in {**LOCALES, RARE_LOCALE: KENYAN_RARE}.items():
            if draw < share:
                return self._from_locale(locale, gender)
            draw -= share
        return self._from_lists(gender)

    def _from_locale(self, locale: str, gender: str) -> PersonName:
        faker = self._fakers[locale]
        first = faker.first_name_female() if gender == "female" else faker.first_name_male()
        return PersonName(first, "", faker.last_name(), _SPOKEN[locale])

    def _from_lists(self, gender: str) -> PersonName:
        people = self._rng.choices(_PEOPLES, [each.share for each in _PEOPLES])[0]
        own = self._common(people.women if gender == "female" else people.men)
        christian = self._common(_CHRISTIAN[gender])
        last = self._common(people.families)
        language = "sw" if self._rng.random() < SWAHILI else "en"
        if not people.has_christian_name:
            return PersonName(own, "", last, language)
        has_middle = self._rng.random() < MIDDLE_NAME and own != last
        return PersonName(christian, own if has_middle else "", last, language)

    def _common(self, names: str) -> str:
        known = names.split()
        return self._rng.choices(known, [1 / (n + FLATNESS) for n in range(len(known))])[0]
