"""Words to train on: what emoji are called (CLDR), and strings for stamps with their readings.

Strings come from the annotations of CLDR and from the IPADIC dictionary of MeCab, put together into
words and short phrases as people draw them.
"""
import collections
import json
import pathlib
import re
import unicodedata
import xml.etree.ElementTree as ElementTree

CLDR = pathlib.Path("/usr/share/unicode/cldr/common")
IPADIC = pathlib.Path("/usr/share/mecab/dic/ipadic")
KEYWORDS = (pathlib.Path(__file__).resolve().parent / "node_modules" / "emojilib" / "dist"
            / "emoji-en-US.json")
ENGLISH_WORDS = pathlib.Path("/usr/share/dict/american-english")
INHERITED = "↑↑↑"  # CLDR's mark for "as in the parent language"
LONGEST = 16       # characters of a string on a stamp

# `reading` is in hiragana, or None where the string is not Japanese. `cut` is where it may best be
# broken into two lines (0: anywhere). `key` is the emoji that it names, or None.
Word = collections.namedtuple("Word", "surface reading cut key")

# What is said in chats and drawn on stamps, beside what the dictionary has: surface, reading.
SUFFIXES = [
    ("です", "です"), ("だ", "だ"), ("だね", "だね"), ("だよ", "だよ"), ("かも", "かも"), ("かよ", "かよ"),
    ("した", "した"), ("します", "します"), ("して", "して"), ("しました", "しました"), ("したい", "したい"),
    ("しよ", "しよ"), ("しろ", "しろ"), ("する", "する"), ("なし", "なし"), ("あり", "あり"), ("ない", "ない"),
    ("忘れ", "わすれ"), ("漏れ", "もれ"), ("待ち", "まち"), ("中", "ちゅう"), ("済み", "ずみ"), ("済", "ずみ"),
    ("完了", "かんりょう"), ("開始", "かいし"), ("終了", "しゅうりょう"), ("希望", "きぼう"), ("禁止", "きんし"),
    ("界隈", "かいわい"), ("会", "かい"), ("感", "かん"), ("力", "りょく"), ("部", "ぶ"), ("的", "てき"),
    ("の鬼", "のおに"), ("の人", "のひと"), ("の闇", "のやみ"), ("の日", "のひ"), ("の神", "のかみ"),
    ("さん", "さん"), ("くん", "くん"), ("ちゃん", "ちゃん"), ("様", "さま"), ("先生", "せんせい"),
    ("いい", "いい"), ("よい", "よい"), ("最高", "さいこう"), ("最強", "さいきょう"), ("必要", "ひつよう"),
    ("大事", "だいじ"), ("担当", "たんとう"), ("募集", "ぼしゅう"), ("確認", "かくにん"), ("お願い", "おねがい"),
    ("ください", "ください"), ("ました", "ました"), ("ません", "ません"), ("でした", "でした"), ("だった", "だった"),
    ("！", "！"), ("？", "？"), ("ー", "ー"), ("〜", "ー"), ("w", "わら"), ("っす", "っす"), ("よ", "よ"), ("ね", "ね"),
    ("警察", "けいさつ"), ("だけ", "だけ"), ("とは", "とは"), ("から", "から"), ("まで", "まで"), ("すぎ", "すぎ"),
    ("すぎる", "すぎる"), ("そう", "そう"), ("らしい", "らしい"), ("ある", "ある"), ("がある", "がある"),
    ("に感謝", "にかんしゃ"), ("を見た", "をみた"), ("したの", "したの"), ("じゃん", "じゃん"), ("やん", "やん"),
]
PREFIXES = [
    ("お", "お"), ("ご", "ご"), ("全", "ぜん"), ("再", "さい"), ("未", "み"), ("不", "ふ"), ("無", "む"),
    ("超", "ちょう"), ("神", "かみ"), ("鬼", "おに"), ("新", "しん"), ("仮", "かり"), ("要", "よう"),
    ("俺の", "おれの"), ("僕の", "ぼくの"), ("私の", "わたしの"), ("君の", "きみの"), ("誰の", "だれの"),
    ("その", "その"), ("この", "この"), ("あの", "あの"), ("もう", "もう"), ("まだ", "まだ"), ("ほぼ", "ほぼ"),
    ("今日", "きょう"), ("明日", "あした"), ("毎日", "まいにち"), ("毎月", "まいつき"), ("来年", "らいねん"),
    ("全部", "ぜんぶ"), ("普通", "ふつう"), ("本当", "ほんとう"), ("魔の", "まの"), ("夢の", "ゆめの"),
    ("なんか", "なんか"), ("すぐ", "すぐ"), ("やっと", "やっと"), ("絶対", "ぜったい"), ("概念", "がいねん"),
]
PHRASES = [
    ("お疲れ様です", "おつかれさまです"), ("お疲れ様でした", "おつかれさまでした"), ("おつかれ", "おつかれ"), ("乙", "おつ"),
    ("あけおめ", "あけおめ"), ("ことよろ", "ことよろ"), ("了解", "りょうかい"), ("了解です", "りょうかいです"),
    ("承知", "しょうち"), ("承知しました", "しょうちしました"), ("かしこまり", "かしこまり"), ("りょ", "りょ"),
    ("ありがとう", "ありがとう"), ("ありがとうございます", "ありがとうございます"), ("あざす", "あざす"), ("感謝", "かんしゃ"),
    ("すみません", "すみません"), ("ごめん", "ごめん"), ("申し訳ない", "もうしわけない"), ("よろしく", "よろしく"),
    ("よろしくお願いします", "よろしくおねがいします"), ("おはよう", "おはよう"), ("おはようございます", "おはようございます"),
    ("こんにちは", "こんにちは"), ("こんばんは", "こんばんは"), ("おやすみ", "おやすみ"), ("いってきます", "いってきます"),
    ("ただいま", "ただいま"), ("おかえり", "おかえり"), ("おめでとう", "おめでとう"), ("祝", "いわい"), ("乾杯", "かんぱい"),
    ("草", "くさ"), ("大草原", "だいそうげん"), ("それな", "それな"), ("わかる", "わかる"), ("わかりみ", "わかりみ"),
    ("なるほど", "なるほど"), ("たしかに", "たしかに"), ("確かに", "たしかに"), ("いいね", "いいね"), ("すごい", "すごい"),
    ("さすが", "さすが"), ("神", "かみ"), ("優勝", "ゆうしょう"), ("天才", "てんさい"), ("えらい", "えらい"), ("尊い", "とうとい"),
    ("エモい", "えもい"), ("やばい", "やばい"), ("つらい", "つらい"), ("無理", "むり"), ("眠い", "ねむい"), ("帰りたい", "かえりたい"),
    ("出社", "しゅっしゃ"), ("退社", "たいしゃ"), ("退勤", "たいきん"), ("出勤", "しゅっきん"), ("在宅", "ざいたく"),
    ("離席", "りせき"), ("戻りました", "もどりました"), ("休憩", "きゅうけい"), ("昼休み", "ひるやすみ"), ("会議中", "かいぎちゅう"),
    ("作業中", "さぎょうちゅう"), ("対応中", "たいおうちゅう"), ("対応済", "たいおうずみ"), ("確認中", "かくにんちゅう"),
    ("確認しました", "かくにんしました"), ("見ました", "みました"), ("既読", "きどく"), ("未読", "みどく"), ("完了", "かんりょう"),
    ("進捗", "しんちょく"), ("進捗どうですか", "しんちょくどうですか"), ("承認", "しょうにん"), ("却下", "きゃっか"),
    ("検討中", "けんとうちゅう"), ("至急", "しきゅう"), ("緊急", "きんきゅう"), ("障害", "しょうがい"), ("復旧", "ふっきゅう"),
    ("仕様です", "しようです"), ("バグ", "ばぐ"), ("修正", "しゅうせい"), ("リリース", "りりーす"), ("デプロイ", "でぷろい"),
    ("レビュー", "れびゅー"), ("マージ", "まーじ"), ("ナイス", "ないす"), ("ドンマイ", "どんまい"), ("ファイト", "ふぁいと"),
    ("がんばれ", "がんばれ"), ("頑張ります", "がんばります"), ("期待", "きたい"), ("楽しみ", "たのしみ"), ("待機", "たいき"),
    ("参加", "さんか"), ("不参加", "ふさんか"), ("欠席", "けっせき"), ("遅刻", "ちこく"), ("早退", "そうたい"), ("有給", "ゆうきゅう"),
    ("お大事に", "おだいじに"), ("ご査収", "ごさしゅう"), ("知らんけど", "しらんけど"), ("なんでやねん", "なんでやねん"),
    ("どういうこと", "どういうこと"), ("は？", "は？"), ("え？", "え？"), ("うける", "うける"), ("笑", "わらい"), ("泣", "なき"),
]
ENGLISH = (
    "ok lgtm wip asap fyi tbd eta eod ooo pto afk brb imo imho tldr rip lol lmao omg wtf btw nice great cool "
    "awesome thanks thank you thx ty please pls sorry yes no yep nope maybe done doing todo fixed fix bug "
    "ship it shipped merge merged approved rejected review reviewed pending blocked ready go stop wait hold "
    "help urgent important hot new old free sale busy away lunch coffee beer party welcome hello hi hey bye "
    "good morning good night good job well done congrats happy birthday love like hate sad angry wow hmm "
    "why what who when where how this that same here there up down left right on off in out plus minus "
    "first last next back home work play game over win lose fail epic boss noob pro king queen team "
    "meeting standup sprint deploy release test prod dev ops api app web data code build error warning "
    "info debug alert incident outage resolved oncall monday tuesday wednesday thursday friday saturday "
    "sunday weekend holiday vacation sick wfh office remote money cash deal boom bang yolo salt sus "
    "impostor thank god facts true false null nan undefined hired fired quit join left cheers noted ack"
).split()


def normalised(text):
    return unicodedata.normalize("NFKC", text)


def read_keywords():
    """{emoji: [English keywords]} that people look emoji up by, the emoji without U+FE0F."""
    if not KEYWORDS.exists():
        print(f"data.py: {KEYWORDS} is missing, emoji have fewer English keywords: "
              "npm ci in models/train", flush=True)
        return {}
    found = json.loads(KEYWORDS.read_text(encoding="utf-8"))
    plain = re.compile(r"[a-z0-9][a-z0-9 '_-]+")
    return {emoji.replace("\ufe0f", ""): [t.replace("_", " ") for t in texts if plain.fullmatch(t)]
            for emoji, texts in found.items()}


def read_annotations():
    """{emoji: {language: (name or None, [keywords])}}, the emoji without U+FE0F."""
    if not (CLDR / "annotations").exists():
        raise SystemExit(f"data.py: {CLDR} is missing: apt-get install unicode-cldr-core")
    found = collections.defaultdict(dict)
    for folder in ("annotations", "annotationsDerived"):
        for path in sorted((CLDR / folder).glob("*.xml")):
            language = path.stem
            for node in ElementTree.parse(path).getroot().iter("annotation"):
                emoji = node.get("cp").replace("\ufe0f", "")
                text = (node.text or "").strip()
                if not text or INHERITED in text:
                    continue
                name, keywords = found[emoji].get(language, (None, []))
                if node.get("type") == "tts":
                    name = text
                else:
                    keywords = [k.strip() for k in text.split("|") if k.strip()]
                found[emoji][language] = (name, keywords)
    for emoji, more in read_keywords().items():
        if emoji in found:
            name, keywords = found[emoji].get("en", (None, []))
            found[emoji]["en"] = (name, list(dict.fromkeys(keywords + more)))
    return found


def is_pictograph(emoji):
    return not (len(emoji) == 1 and emoji.isascii())


def hiragana(text):
    return "".join(chr(ord(c) - 0x60) if 0x30A1 <= ord(c) <= 0x30F6 else c for c in text)


def katakana(text):
    return "".join(chr(ord(c) + 0x60) if 0x3041 <= ord(c) <= 0x3096 else c for c in text)


def is_kana(text):
    return bool(text) and all(0x3041 <= ord(c) <= 0x30FF for c in text)


_HEPBURN = {
    "きゃ": "kya", "きゅ": "kyu", "きょ": "kyo", "しゃ": "sha", "しゅ": "shu", "しょ": "sho", "しぇ": "she",
    "ちゃ": "cha", "ちゅ": "chu", "ちょ": "cho", "ちぇ": "che", "にゃ": "nya", "にゅ": "nyu", "にょ": "nyo",
    "ひゃ": "hya", "ひゅ": "hyu", "ひょ": "hyo", "みゃ": "mya", "みゅ": "myu", "みょ": "myo", "りゃ": "rya",
    "りゅ": "ryu", "りょ": "ryo", "ぎゃ": "gya", "ぎゅ": "gyu", "ぎょ": "gyo", "じゃ": "ja", "じゅ": "ju",
    "じょ": "jo", "じぇ": "je", "ぢゃ": "ja", "ぢゅ": "ju", "ぢょ": "jo", "ふゅ": "fyu", "びゃ": "bya", "びゅ": "byu", "びょ": "byo", "ぴゃ": "pya", "ぴゅ": "pyu",
    "ぴょ": "pyo", "ふぁ": "fa", "ふぃ": "fi", "ふぇ": "fe", "ふぉ": "fo", "てぃ": "ti", "でぃ": "di",
    "とぅ": "tu", "どぅ": "du", "うぃ": "wi", "うぇ": "we", "うぉ": "wo", "ゔぁ": "va", "ゔぃ": "vi",
    "ゔぇ": "ve", "ゔぉ": "vo", "でゅ": "dyu", "つぁ": "tsa",
    **dict(zip("あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん",
               "a i u e o ka ki ku ke ko sa shi su se so ta chi tsu te to na ni nu ne no ha hi fu he ho "
               "ma mi mu me mo ya yu yo ra ri ru re ro wa o n".split())),
    **dict(zip("がぎぐげござじずぜぞだぢづでどばびぶべぼぱぴぷぺぽぁぃぅぇぉゃゅょゔゐゑ",
               "ga gi gu ge go za ji zu ze zo da ji zu de do ba bi bu be bo pa pi pu pe po "
               "a i u e o ya yu yo vu i e".split())),
}
_KUNREI = {
    **_HEPBURN, "し": "si", "ち": "ti", "つ": "tu", "ふ": "hu", "じ": "zi", "ぢ": "zi", "しゃ": "sya",
    "しゅ": "syu", "しょ": "syo", "ちゃ": "tya", "ちゅ": "tyu", "ちょ": "tyo", "じゃ": "zya", "じゅ": "zyu",
    "じょ": "zyo", "ぢゃ": "zya", "ぢゅ": "zyu", "ぢょ": "zyo", "を": "wo", "ん": "nn",
}


def romaji(reading, kunrei):
    """In Hepburn (long vowels as written, ー as nothing) or in Kunrei as Japanese emoji are often
    named (ん = nn, ー = -)."""
    table = _KUNREI if kunrei else _HEPBURN
    out, doubled, at = "", False, 0
    while at < len(reading):
        pair = reading[at:at + 2]
        unit = pair if len(pair) == 2 and pair in table else reading[at]
        at += len(unit)
        if unit == "っ":
            doubled = True
            continue
        if unit == "ー":
            out += "-" if kunrei else ""
            continue
        letters = table.get(unit, unit if unit.isalnum() else "")
        if doubled and letters:
            out += "t" if letters.startswith("ch") else letters[0]
        doubled = False
        out += letters
    return out


def read_ipadic():
    """{part of speech: [(cost, surface, reading)]}, the most frequent first."""
    if not IPADIC.exists():
        raise SystemExit(f"data.py: {IPADIC} is missing: apt-get install mecab-ipadic")
    found = collections.defaultdict(list)
    for path in sorted(IPADIC.glob("*.csv")):
        for line in path.read_text(encoding="euc_jp", errors="ignore").splitlines():
            row = line.split(",")
            if len(row) >= 13 and row[11] not in ("", "*"):
                found[path.stem].append((int(row[3]), normalised(row[0]), hiragana(row[11])))
    return {part: sorted(set(rows)) for part, rows in found.items()}


# How many words of each part of speech are taken, the most frequent ones.
TAKEN = {"Noun": 45_000, "Noun.verbal": 12_000, "Noun.adjv": 3_300, "Noun.adverbal": 700,
         "Noun.name": 6_000, "Noun.place": 6_000, "Noun.org": 2_000, "Noun.proper": 8_000,
         "Verb": 30_000, "Adj": 9_000, "Adverb": 3_000, "Interjection": 250, "Suffix": 600,
         "Adnominal": 130, "Conjunction": 170, "Noun.demonst": 120}

# How many of the strings that are made up.
MADE = {"composed": 160_000, "kana": 15_000, "latin": 60_000, "hangul": 15_000}


def composed(rng, dictionary, count):
    """Short phrases: words with suffixes and prefixes, pairs of words, words said twice."""
    nouns = [w[1:] for w in dictionary["Noun"][:12_000] + dictionary["Noun.verbal"][:6_000]
             + dictionary["Noun.adjv"][:1_500]]
    short = [w for w in nouns if len(w[0]) <= 4]
    others = [w[1:] for w in dictionary["Verb"][:8_000] + dictionary["Adj"][:3_000]
              + dictionary["Adverb"][:1_500]]
    middles = [("の", "の"), ("に", "に"), ("を", "を"), ("が", "が"), ("は", "は"), ("と", "と"), ("で", "で"),
               ("も", "も"), ("な", "な"), ("", "")]

    def pick(items):
        return items[int(rng.integers(len(items)))]

    while count > 0:
        kind = rng.random()
        if kind < 0.4:
            parts = [pick(nouns if rng.random() < 0.75 else others), pick(SUFFIXES)]
        elif kind < 0.55:
            parts = [pick(PREFIXES), pick(nouns if rng.random() < 0.8 else others)]
        elif kind < 0.75:
            first = pick(nouns)
            middle = pick(middles)
            parts = [(first[0] + middle[0], first[1] + middle[1]),
                     pick(nouns if rng.random() < 0.6 else others)]
        elif kind < 0.85:
            parts = [pick(short), pick(short)]
        elif kind < 0.9:
            parts = [pick(short)] * 2
        elif kind < 0.95:
            number = str(int(rng.integers(0, 1000) if rng.random() < 0.6 else rng.integers(0, 13)))
            unit = pick([("時", "じ"), ("日", "にち"), ("月", "がつ"), ("年", "ねん"), ("分", "ふん"), ("円", "えん"),
                         ("回", "かい"), ("人", "にん"), ("倍", "ばい"), ("個", "こ"), ("%", "ぱーせんと"), ("点", "てん")])
            parts = [(number, number), unit]
        else:
            parts = [pick(PHRASES), pick(SUFFIXES)]
        surface, reading = "".join(p[0] for p in parts), "".join(p[1] for p in parts)
        if 1 < len(surface) <= LONGEST:
            yield Word(surface, reading, len(parts[0][0]), None)
            count -= 1


def random_kana(rng, count):
    """Strings of kana without meaning, so that each is read and not guessed."""
    kana = "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをんがぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽ"
    small = "ゃゅょっーぁぃぇぉ"
    for _ in range(count):
        length = int(rng.integers(1, 10))
        text = "".join(small[int(rng.integers(len(small)))] if i > 0 and rng.random() < 0.15
                       else kana[int(rng.integers(len(kana)))] for i in range(length))
        yield Word(katakana(text) if rng.random() < 0.5 else text, text, 0, None)


def in_some_case(rng, text):
    return [text, text.upper(), text.upper(), text.title()][int(rng.integers(4))]


def read_english():
    """Plain words of a spelling dictionary."""
    if not ENGLISH_WORDS.exists():
        print(f"data.py: {ENGLISH_WORDS} is missing, fewer English words are drawn: "
              "apt-get install wamerican", flush=True)
        return []
    lines = ENGLISH_WORDS.read_text(encoding="utf-8").splitlines()
    return [w for w in lines if re.fullmatch(r"[a-z]{2,12}", w)]


def latin(rng, words, count):
    """English words and pairs of them, letters, numbers. `words`: what emoji are called."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    dictionary = read_english() or words

    def pick(items):
        return items[int(rng.integers(len(items)))]

    for _ in range(count):
        kind = rng.random()
        if kind < 0.5:
            text = pick(dictionary)
        elif kind < 0.62:
            text = pick(words)
        elif kind < 0.7:
            text = pick(ENGLISH)
        elif kind < 0.85:
            text = pick(ENGLISH) + " " + pick(ENGLISH if rng.random() < 0.5 else dictionary)
        elif kind < 0.95:
            text = "".join(letters[int(i)] for i in rng.integers(26, size=int(rng.integers(1, 6))))
        else:
            text = str(int(rng.integers(0, 10 ** int(rng.integers(1, 5)))))
        if 0 < len(text) <= LONGEST:
            yield Word(in_some_case(rng, text) + ("!" if rng.random() < 0.08 else ""), None,
                       max(text.find(" "), 0), None)


def hangul(rng, words, count):
    """Korean words, and syllables that occur in them put together at random."""
    syllables = sorted({c for w in words for c in w if 0xAC00 <= ord(c) <= 0xD7A3})
    jamo = "ㅋㅎㅇㄱㄴㄷㅂㅅㅈㅠㅜㅏ"
    for _ in range(count):
        kind = rng.random()
        if kind < 0.5:
            text = words[int(rng.integers(len(words)))]
        elif kind < 0.92:
            size = int(rng.integers(1, 6))
            text = "".join(syllables[int(i)] for i in rng.integers(len(syllables), size=size))
        else:
            text = "".join(jamo[int(i)] for i in rng.integers(len(jamo), size=int(rng.integers(1, 4))))
        if 0 < len(text) <= LONGEST:
            yield Word(text, None, max(text.find(" "), 0), None)


def called(annotations, language, keys):
    """(text, key) of every name and keyword that fits on a stamp; the key only of names."""
    for key in keys:
        name, keywords = annotations[key].get(language, (None, []))
        for text in dict.fromkeys([name or ""] + keywords):
            text = normalised(text)
            if 0 < len(text) <= LONGEST and not re.search(r"[():,]", text):
                yield text, key if text == normalised(name or "") else None


def strings(rng, annotations, keys):
    """The words that stamps are drawn of, without doubles."""
    dictionary = read_ipadic()
    readings = {}
    for rows in dictionary.values():
        for _, surface, reading in rows:
            readings.setdefault(surface, reading)
    found = {}

    def add(word):
        surface = normalised(word.surface)
        if 0 < len(surface) <= LONGEST and surface not in found:
            found[surface] = word._replace(surface=surface)

    for text, key in called(annotations, "ja", keys):
        reading = hiragana(text) if is_kana(text) else readings.get(text)
        add(Word(text, reading, 0, key))
    for language in ("en", "ko"):
        for text, key in called(annotations, language, keys):
            add(Word(in_some_case(rng, text) if language == "en" else text, None,
                     max(text.find(" "), 0), key))
    for surface, reading in PHRASES:
        add(Word(surface, reading, 0, None))
    for part, count in TAKEN.items():
        for _, surface, reading in dictionary.get(part, [])[:count]:
            add(Word(surface, reading, 0, None))
    for word in composed(rng, dictionary, MADE["composed"]):
        add(word)
    for word in random_kana(rng, MADE["kana"]):
        add(word)
    english = sorted({t for t, _ in called(annotations, "en", keys)})
    for word in latin(rng, english, MADE["latin"]):
        add(word)
    korean = [t for t, _ in called(annotations, "ko", keys)]
    for word in hangul(rng, korean, MADE["hangul"]):
        add(word)
    return list(found.values())
