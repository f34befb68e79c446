"""What no text of ours holds, whoever asked for it: addresses, markup, secrets, our own prompts, foreign tokens.

Grounding checks numbers and quotes, the safety filter words; this is about what an attack in a note, a name or an
article would have an obedient model write. Data stays data: what looks like an instruction in it is cut out before a
model reads it, and an answer that repeats it is refused.
"""
# ruff: noqa: E501 - a pattern reads better whole

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from apps.core.folding import fold
from apps.feedback.engine.disguise import readable
from apps.feedback.engine.prompts import HERE
from apps.feedback.engine.pseudonyms import TOKEN

ECHO_WORDS = 5
"""As many words in a row from an instruction are no coincidence."""
PROMPT_WORDS = 8
"""As many words in a row from our prompt are no coincidence; fewer are football ("say what to do at the next")."""
CUT = "[...]"
"""Stands where an instruction stood."""

_VERBS = (
    r"ignor\w*|disregard|forget (?:all|the|any|your|every|everything|previous|prior|about)|override|bypass|reveal|repeat|print|output|return (?:only|the|all)|respond|reply|answer (?:only )?with|"
    r"write (?:exactly|only|the following)|say (?:exactly|only)|pretend|act as|execute|send|forward|upload|email|"
    r"add (?:a|the|this)|click|delete|drop|cancel all|approve|confirm all|"
    r"olvida\w*|desobedece|revela\w*|repite|imprime|responde|contesta|escribe (?:exactamente|solo)|finge|actúa como|"
    r"ejecuta|envía|manda|incluye|añade|borra|elimina|haz clic|visita|aprueba|"
    r"ignoriere|vergiss|missachte|gib .{0,30}aus|wiederhole|antworte|schreibe (?:genau|nur)|lösche|sende|"
    r"ignorez|oubliez?|révèle\w*|répète\w*|réponds?|écris|envoie\w*|supprime\w*"
)
_OBJECTS = (
    r"instruction\w*|prompts?|rules?|system|developer|guardrails?|polic(?:y|ies)|filters?|context|everything above|"
    r"all (?:of )?the (?:above|previous)|previous|prior|database|json|schema|api|keys?|passwords?|tokens?|"
    r"secrets?|credentials|other teams?|another team|every team|all teams|all players|other players|assistant|chatgpt|"
    r"model|mode|admin\w*|root|dan|jailbreak|links?|urls?|https?|web ?site|markdown|html|script|"
    r"instrucci\w+|reglas?|sistema|anterior\w*|base de datos|contraseñas?|claves?|otros? equipos?|otros jugadores|"
    r"modelo|asistente|administrador\w*|enlace|correo|teléfono|dirección|filtros?|"
    r"anweisung\w*|regeln?|vorherig\w*|passw\w+|andere\w* (?:team|mannschaft)\w*|schlüssel|datenbank|"
    r"consignes?|règles?|précédent\w*|mots? de passe|autres? équipes?|base de données|clés?"
)
_MARKERS = (
    r"<\/?\s*(?:system|user|assistant|instructions?|brief|im_start|im_end)|<\|[^|]*\|>|\[/?inst\]|###\s*(?:system|instruction)|"
    r"^\s*(?:system|assistant|developer|sistema|systeme|système)\s*:|\bBRIEF-|\bEND-[0-9a-f]|"
    r"\bdo anything now\b|\bjailbreak|\bprompt injection\b|\byou are now\b|\bfrom now on\b|\bnew (?:instructions?|role|rules?)\b|"
    r"\bahora eres\b|\ba partir de ahora\b|\bnuevas? (?:instrucci\w+|reglas?)\b|\bdu bist (?:jetzt|nun)\b|\bab (?:jetzt|sofort)\b|"
    r"\btu es (?:maintenant|désormais)\b|\bdésormais\b|\bbase64\b|\brot13\b|\bdrop table\b|\bselect \*|\bunion select\b|"
    r"\{\{.*\}\}|\{%.*%\}|\$\{.*\}"
)
_TO_A_WRITER = (
    r"\b(?:assistant|asistente|assistent|ki|chatbot|bot)\b|\blanguage model\b|\bdebug mode|\btool call|\bfunction\b.{0,20}\bcall|\badmin\w*|\bend of document|"
    r"\b(?:in|to|into|of) (?:the|your|each|every|this|all) (?:feedbacks?|reports?|summar(?:y|ies)|answers?|texts?)\b|\bwrite (?:the|a|this) (?:feedback|report|summary)|\bmust be told\b|\bas if\b|"
    r"\b(?:mention|comment on|tell|say|add|write|append|include|rank|compare|skip|nenne|schreib\w*|füge|zeig\w*|di|dile|escribe|menciona|compara|añade)\b.{0,70}"
    r"\b(?:feedback|coach(?:es)?|players?|her|him|them|link|wort|palabra|word|trainer\w*|spieler\w*|siempre|always|everybody|everyone|equipo|team)\b|"
    r"(?:\b\w[ *.\-_]{1,2}){5,}\w?\b|[A-Za-z0-9+/]{20,}={0,2}|\b\w+[*]\w+\b"
)
"""In a remark about a session nobody speaks to whoever writes of it; in an article such words may be about coaching."""
_INSTRUCTION = re.compile(
    rf"(?:\b(?:{_VERBS})\b.{{0,80}}\b(?:{_OBJECTS})\b)|(?:\b(?:{_OBJECTS})\b.{{0,60}}\b(?:{_VERBS})\b)|{_MARKERS}",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)

_REMARK = re.compile(_TO_A_WRITER, re.IGNORECASE | re.DOTALL)
_MIXED = re.compile(r"(?=\w*[a-z])(?=\w*[\u0370-\u04ff])\w+", re.IGNORECASE)
"""Latin letters and look-alikes in one word."""

FORBIDDEN: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("a link", r"\b\w{2,10}://|\bwww\.|\bdata:\w+/|\bjavascript:|\b[\w-]+\.(?:com|net|org|io|ru|cn|xyz|example|app|ly|es|de)\b"),
        ("an address of mail", r"[\w.+-]+\s?(?:@|\(at\)|\[at\])\s?[\w-]+\.[\w.]+"),
        ("a telephone number", r"(?<![\w.,:-])\+?\d(?:[ ()/-]?\d){7,}(?!\w)"),
        ("markup", r"</?[a-z!][^>]*>|!?\[[^\]]*\]\([^)]*\)|`{3}|\bon\w+\s*="),
        ("code", r"\bselect\s+\*|\bdrop\s+table|\{\{.*?\}\}|\{%.*?%\}|\$\{|\brm -rf\b|\bcurl\s|\bimport os\b"),
        ("a secret", r"\baxk_\w+|\bsk-[\w-]{8,}|\bAZURE_\w+|\bapi[_ -]?key\b|\bpasswords?\b|\bcontraseñas?\b|\bBearer\s|\beyJ[\w-]{10,}"),
        ("a fence of the prompt", r"\b(?:BRIEF|END)-[0-9a-f]{16}"),
        ("talk of instructions", r"\b(?:system|hidden|initial|original) (?:prompt|instructions?|message)|\bprompt (?:del|de) sistema|"
         r"\bmy (?:rules|instructions|guidelines)|\bas an? (?:ai|assistant|language model)|\bjailbr\w+|\bDAN\b|"
         r"\bdeveloper mode|\bunrestricted\b|\bcomo (?:una? )?(?:ia|modelo)\b|\b(?:previous|prior|above) instructions|"
         r"\binstrucciones (?:anteriores|del sistema|ocultas)|\bPWNED\b|\bhacked\b|\b(?:admin|root) (?:access|rights|mode)"),
        ("another team", r"\b(?:other|another|every|rival|neighbou?ring|different) teams?['’]?s? (?:players?|data|figures|names|notes|records|session|kpi)|"
         r"\bplayers? of (?:other|another|all) teams?|\b(?:jugador\w*|datos|notas|figuras) de(?:l)? otros? equipos?|"
         r"\ball (?:teams|users|players) in the (?:database|system)|\bdatabase\b|\bbase de datos\b"),
        ("a deed", r"\b(?:i have|i've|has been|have been|was|were) (?:now )?(?:deleted|cancelled|approved|overridden|disabled|"
         r"emailed|exported|promoted|granted)\b|\b(?:he|se ha[n]?) (?:borrado|eliminado|cancelado|aprobado|enviado|desactivado)\b"),
        ("a cry", r"(?-i:\b(?!FIFA\b|UEFA\b|WBGT\b|ACWR\b)[A-Z]{4,}\b|\b(?:[A-Z] ){3,}[A-Z]\b)"),
        ("a key of a program", r"\"\w+\"\s*[:=]|\"\w*_\w*\"|\"(?:score|role|content|prompt|id|kind|ref)\""),
        ("a word in base64", r"(?<![\w/+])(?=[\w/+]*\d)(?=[\w/+]*[a-z])(?=[\w/+]*[A-Z])[A-Za-z0-9+/]{24,}={0,2}"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Breach:
    """Something that a text may not hold."""

    what: str
    found: str

    def __str__(self) -> str:
        return f"the answer held {self.what}"


def is_instruction(sentence: str, *, remark: bool = False) -> bool:
    """Whether a sentence of the data speaks to a machine rather than of football.

    Args:
        remark: somebody's note or file, in which nobody has to speak to a writer at all; else an article.
    """
    plain = readable(sentence)
    if any(_INSTRUCTION.search(text) for text in (plain, plain[::-1])) or _MIXED.search(plain):
        return True
    return remark and bool(_REMARK.search(plain))


def defused(text: str, *, remark: bool = False) -> str:
    """Return data without the sentences that speak to a machine."""
    pieces = _pieces(readable(text))
    return "".join(CUT + " " if is_instruction(part, remark=remark) else part for part in pieces).strip()


def breaches(text: str, *, allowed_tokens: Iterable[str] = (), instructions: Iterable[str] = ()) -> list[Breach]:
    """What a text holds that none may.

    Args:
        text: as a reader gets it, or with tokens in it.
        allowed_tokens: tokens that stand for people of this feedback.
        instructions: sentences of the data that were cut out; a text that repeats one was led by it.
    """
    return list(_breaches(text, frozenset(allowed_tokens), tuple(instructions)))


def instructions_in(texts: Iterable[str], *, remark: bool = False) -> tuple[str, ...]:
    """The sentences of data that speak to a machine."""
    parts = (part for text in texts for part in _pieces(readable(text)))
    return tuple(part.strip() for part in parts if is_instruction(part, remark=remark))


def _breaches(text: str, allowed: frozenset[str], instructions: tuple[str, ...]) -> Iterator[Breach]:
    if any(unicodedata.category(letter)[0] == "C" for letter in set(text) - {"\n", "\t"}):
        yield Breach("hidden letters", "")
    told = TOKEN.sub(" ", text)
    for what, pattern in FORBIDDEN:
        match = pattern.search(told)
        if match:
            yield Breach(what, match[0])
    yield from (Breach("a name that was not given", token) for token in set(TOKEN.findall(text)) - allowed)
    words = _words(text)
    if _shares(words, _prompt_runs(), PROMPT_WORDS):
        yield Breach("our own instructions", "")
    for instruction in instructions:
        if _shares(words, frozenset(_runs(_words(instruction), ECHO_WORDS)), ECHO_WORDS):
            yield Breach("what a note asked for", instruction)


def _pieces(text: str) -> list[str]:
    """Sentences with the spaces behind them; nothing is lost."""
    return re.findall(r".*?(?:[.!?…]+(?=\s)\s*|\n+|$)", text, re.DOTALL)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", fold(text))


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    yield from (tuple(words[place : place + length]) for place in range(len(words) - length + 1))


def _shares(words: list[str], runs: frozenset[tuple[str, ...]], length: int) -> bool:
    return any(run in runs for run in _runs(words, length))


@lru_cache(maxsize=1)
def _prompt_runs() -> frozenset[tuple[str, ...]]:
    texts = (file.read_text(encoding="utf-8") for file in sorted(HERE.glob("*.system.md")))
    return frozenset(run for text in texts for run in _runs(_words(text), PROMPT_WORDS))
