"""What is not for a language model to speak of: bodies, medicine, homes, other teams, machines. English, Spanish, German.

Wider than the wording rules, which say what no text may say: these are subjects, and a text of the cloud that enters
one is not used, a question that does is answered by rules, and a remark that does is not sent.
"""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

import re
from functools import lru_cache

SUBJECTS: dict[str, str] = {
    "medicine": r"\bmg\b|\bmilligram\w*|\bdos(?:e|age|is)\b|\bpill\w*|\bpastillas?\b|\btablet(?:s|a|as|te\w*)?\b|\bmedic(?:ine(?! ball)|ation|amento)\w*|\bpain-?killers?|\bibuprofen\w*|\bparacetamol\w*|"
    r"\bcortison\w*|\bkortison\w*|\bspritze\w*|\binjection\w*|\binyecci\w+|\bsertralin\w*|\bantidepress\w*|\btaping\b|\bfit to play|\b(?:can|may|could|should) play (?:on|with)|"
    r"\bhe can play|\bshe can play|\bpuede jugar con|\bmeniscus\w*|\bmenisco\w*|\bligament\w*|\bcruciate|\bconcussi\w+|\bconmoci\w+|\bgehirnersch\w+|\bfractur\w*|\bfraktur\w*|\bgebrochen\w*|"
    r"\bhamstring (?:strain|tear|injury)|\bstrain of\b|\bsprain\w*|\besguinc\w*|\brotura\w*|\bdesgarr\w*|\bla lesi[oó]n\b|\btorn\b|\basthma\w*|\basma\b|\bepileps\w*|\bdiabet\w*|\bdepress(?:ed|ion|ive)\b|\bdepresi\w+|"
    r"\bautis\w+|\badhd\b|\btdah\b|\banorex\w*|\bbulimi\w*|\beating disorder|\bdisorder\w*|\btrastorno\w*|\bdiagnos\w+|\b(?:el |the )?(?:dolor|pain)\b.{0,20}\b(?:no importa|does ?n.t matter|is fine)|\bschmerz\w*|"
    r"(?:%|per ?cent) (?:risk|likely|chance|probab\w+)",
    "bodies": r"\bfat\b|\boverweight\b|\b(?:her|his|their|your|body|lose|losing|by|less|much) weight\b(?! (?:over|on|onto|forwards?|behind|back|low))|\bweight loss|\bkgs?\b|\bkilos?\b|\bkilogram\w*|\bpounds\b|\bcalor(?:y|ies|[ií]as?)\b|\bkcal\b|\bdiet\w*|\bgewicht\w*|\babnehm\w*|\bschlank\w*|\bgord\w+|\bflac[oa]s?\b|\badelgaz\w*|"
    r"\b(?:her|his|big|fat|thick|strong) thighs?\b|\b(?:her|his|big|fat) belly\b|\bbreasts?\b|\bbust\b|\bhips? size|\bbody (?:fat|mass|type|image)|\b(?:best|nice|perfect) bod(?:y|ies)|\b(?:best|perfect|her|his) figure\b(?! is)|\b(?:short|long|fat|big|thick|skinny) (?:legs?|bod\w+|arms?)|\bheaviest\b|\blightest\b|\bskinny\b|\bugly\b|\bsexy\b|\bhübsch\w*",
    "homes": r"\b(?:her|his|their|your|home|street|e-?mail) address|\baddress(?:es)? (?:is|are|of)\b|\bdirecci[oó]n(?: de(?: la| su)? casa|\s+es\b)|\badresse\w*|\blives? (?:at|in|on|near)\b|\bvive en\b|\bwohnt\b|\bmy (?:house|home|place|car)\b|\bmi casa\b|\bhis school|\bher school|\bsu (?:colegio|escuela|casa)\b|\bwalks? home|"
    r"\bphone (?:number|is)|\b(?:her|his|their|my) phone\b|\b(?:su|mi|el) tel[eé]fono\w*|\bn[uú]mero de tel\w+|\bhandynummer\w*|\btelefon\w*|\bm[oó]vil es\b|\balone (?:with (?!the (?:keeper|goalkeeper|ball))|on the|after|at)\b|\b(?:him|her) alone\b|\ba solas\b|\ballein\w*|\bprivate(?:ly| (?:message|chat|lesson|photo|number))s?\b|\bprivad[oa]\w*|\bprivat\w*|\bsecretly\b|\b(?:in|our|a|keep .{1,15}) secret\b|\ben secreto\b|\bgeheim\w*|\bwithout (?:others|anybody|anyone|the parents)\b|\bneed not know|\btell (?:your|his|her|the) parents|\b(?:do not|don.t) tell\b|"
    r"\bpictures? of (?:her|him|the (?:girls?|boys?|players?|children))|\bhere are the pictures|\bclose-?ups?\b|\bbirthdays?\b|\bborn (?:on|in)\b|\bcumplea\w+|\bgeburts\w*|\bmeet (?:him|her|me|you)\b|\bsend (?:him|her|me)\b|\banschreiben\b|\bschreib (?:ihm|ihr)\b",
    "other teams": r"\b(?:their|sus|deren|ihre) (?:striker|players?|top speed|goalkeeper|coach|jugador\w*|spieler\w*|datos|data)\b|\b(?:the |an)?other clubs?\b|\b(?:the |an)?other teams?(?:'s?|’s) |\b(?:of|in|from) (?:the )?(?:an)?other teams?\b|\bde(?:l| los)? otros? (?:equipos?|clubs?|clubes)\b|\bandere[nr]? (?:mannschaft|verein|team)\w*|\bnachbarverein\w*|\bvereins?\b|"
    r"\binjury notes?\b|\ball players of\b|\balle spieler\b|\btodos los jugadores\b|\bthe whole league\b",
    "machines": r"\b(?:my|hidden|internal|system|previous|all|these|secret) instructions\b|\binstructions (?:are|were|sont|above)\b|\b(?:mis|tus) instrucciones\b|\binstrucciones (?:internas|anteriores)\b|\banweisungen\b|\b(?:hidden|my|this|the) prompts?\b|\bsystemprompt\w*|\bsystem (?:message|prompt|nachricht)|\bsystem:|\bdebug\b|\b(?:api|team|secret)[ _-]?keys?\b|\bpassw\w*|\bcontrase\w+|\bzugangsdaten\b|\bcredentials?\b|\btokens?\b|\btoken=|\breset link|\benlace\b|\blinks?\b (?:to|in|below|is)\b|\bclick\w*|\badmin\w*|\broot:|/etc/|/bin/|\bami-\w+|\bmeta-?data\b|"
    r"\bjson\b|\bsql\b|\bscripts?\b|\bdatabase\b|\bpostgres\w*|\btable dropped|\bdrop\w* table|\bexecuted\b|\bhack\w*|\bjailbr\w*|\bfree of rules|\brules? (?:is|are|do not|don.t) (?:off|apply|ignored)|\brules ignored|\bchecks? (?:are |is )?(?:off|skipped|disabled)|\b\w*gpt\b|"
    r"\bconfidence\s?(?:[:=]|to \d)|\b(?:the )?grade is\b|\bdecode\w*|\bbase ?64\b|\brot ?13\b|[{}<>`|\\]|\b\w+_(?:id|key|name)\b|\benvironment variables?|\bthe text above|\btext above\b",
    "plans": r"\b(?:match|game|session|training) (?:is )?(?:planned |moved )?(?:for|to) tomorrow|\bmoved to (?:tomorrow|today|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|\bcopied to\b|\bwith a concussion|\bpunish\w*|\bcastig\w+|\bstraf\w+|\bsuicide\w*|\b(?:learn|have|must) to suffer\w*|\bmust suffer|\bsufrir\w*|\bmorgen verschoben|\b(?:first|second|third) session of the day|\bsession \d at\b|\b\d+ sessions a day",
    "heading": r"(?<!\bno )(?<!without )\bhead(?:ed|ers?|ing)\b(?! (?:towards?|for|to|into)\b)|\bcabez(?:a|azos?|ear)\w*(?! (?:alta|arriba|levantada))\b|\bcabecear\w*|\bde cabeza\b|\bkopfb[aä]ll\w*",
}
"""Subject → how it sounds. "heading" is one for children only: adults head the ball."""

FOOTBALL = (
    r"\bball\w*|\bbal[oó]n\w*|\bpelota|\btouch\w*|\btoques?\b|\bpass\w*|\bpases?\b|\bpasar\b|\bdribbl\w*|\bregat\w*|\bshot\w*|\bshoot\w*|\btir[oa]\w*|\bdispar\w*|\bgoals?\b|\bgol(?:es)?\b|\bkeeper\w*|\bporter[oa]\w*|\bdefen\w*|"
    r"\battack\w*|\bataqu?\w*|\bpress\w*|\bpresion\w*|\bposition\w*|\bposici\w*|\bspac\w*|\bespaci\w*|\bspeed\w*|\bfast\w*|\bquick\w*|\bvelocidad\w*|\br[aá]pid\w*|\bsprint\w*|\besprint\w*|\bdistanc\w*|\bran\b|\brun\w*|\bcorr\w*|\bturn\w*|\bgir\w*|"
    r"\bdrill\w*|\bexercise\w*|\bejercicio\w*|\bimprov\w*|\bmejor\w*|\bpractic\w*|\bpractis\w*|\bwork on\b|\btrabajar\b|\bfocus\w*|\bnext (?:training|session|week|tuesday|time)|\bpr[oó]xim\w*|\bload\w*|\bcarga\w*|\btired\w*|\bcansad\w*|\brest\b|\bdescans\w*|"
    r"\brecover\w*|\brecuper\w*|\bwarm\w*|\bcalent\w*|\bstrength\w*|\bstrong\w*|\bfortalez\w*|\bgame\b|\bmatch\b|\bpartido\w*|\btraining\b|\bentren\w*|\bsession\b|\bsesi[oó]n\w*|\bscan\w*|\bdecision\w*|\bjump\w*|\bsalt\w*|\bbalance\b|\bequilibrio\b|\bplay(?:ed|ing|s)?\b|\bjug[aoóu]\w*"
)
"""What a coach asks a coach's assistant about."""
_STOPWORDS = {
    "en": "the and of to is was with for that a in it this as at on more than their they",
    "es": "el la los las de y que en un una con por para es fue más como su se del al",
    "de": "der die das und ist ein eine nicht mit für auf dem den zu von im sich auch hat wird des sie er es",
    "fr": "le la les des et est un une dans pour que qui sur avec pas plus ce cette vous nous mes son",
    "it": "il lo la gli di e che un una per non con sono del della come più è nel",
    "pt": "o os as da do e que um uma não com para em mais dos das você seu",
}
STOPWORDS = {language: frozenset(words.split(" ")) for language, words in _STOPWORDS.items()}
_ABOUT_HEALTH = re.compile(
    r"\bfever\w*|\bfiebre\b|\bpain\w*|\bhurt\w*|\bach(?:e|es|ing)\b|\bswollen\b|\binjur\w*|\bsick\b|\bill(?:ness\w*)?\b|\bdoctor\w*|\bfaint\w*|\bdolor\w*|\bduel\w+|\blesi[oó]n\w*|\benferm\w*|\bm[eé]dic\w*|\bfamil(?:y|ies)\b|\bfamilia\w*|\blives?\b(?! (?:ball|session|scan|training|film))|\bvive\b|\bwohnt?\b",
    re.IGNORECASE,
)
"""A text may say "stop if it hurts"; a question about it is one for people, not for a language model."""
FEWEST_WORDS = 4
"""Shorter texts have no telling words."""


def subject_of(text: str, *, heading_is_fine: bool = False) -> str:
    """The subject that a text must not enter, or ""."""
    patterns = _compiled()
    skipped = ("heading",) if heading_is_fine else ()
    return next((name for name, pattern in patterns.items() if name not in skipped and pattern.search(text)), "")


def is_football(question: str) -> bool:
    """Whether a question is one for a coach's assistant, and enters no other subject."""
    if _ABOUT_HEALTH.search(question) or subject_of(question, heading_is_fine=True):
        return False
    return bool(_football().search(question))


def is_foreign(text: str, language: str) -> bool:
    """Whether a text is surely in another language than wished."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < FEWEST_WORDS:
        return False
    scores = {name: sum(word in common for word in words) for name, common in STOPWORDS.items()}
    best = max(scores, key=lambda name: (scores[name], name == language))
    return best != language and scores[best] >= 2 * scores[language] + 2


@lru_cache(maxsize=1)
def _compiled() -> dict[str, re.Pattern[str]]:
    return {name: re.compile(pattern, re.IGNORECASE) for name, pattern in SUBJECTS.items()}


@lru_cache(maxsize=1)
def _football() -> re.Pattern[str]:
    return re.compile(FOOTBALL, re.IGNORECASE)
