"""The line that other outlets put below a text: "Found a mistake? Select it and press Ctrl+Enter"."""

from __future__ import annotations

from chorsu_locales.text import nfc

LONGEST_LINE = 300
KEYS = "ctrl control cmd command enter return"
MISTAKES = """
    ошибка ошибку ошибки ошибкой опечатка опечатку неточность хато хатое хатои хатоҳо хатогӣ хатогие ғалат ғалате
    иштибоҳ иштибоҳе mistake mistakes error errors typo misprint қате қатені қателік қателікті ката катаны каталык
    каталыкты xato xatoni xatolik xatolikni хатони хатолик хатоликни خطا خطایی اشتباه اشتباهی غلط غلطی
"""
# All words of which the line is made, by language: there are as many wordings as outlets.
WORDS = {
    "ru": """
        если вы нашли заметили обнаружили увидели видите в на с или и а то затем ней нем грамматическую
        орфографическую пунктуационную тексте этом статье материале новости сайте слове пожалуйста выделите выделить
        выделив ее его фрагмент участок часть слово слова предложение текст текста необходимый нужный содержащий
        мышкой мышью курсором нажмите нажав нажать клавиши клавишу клавиш кнопки кнопку сочетание комбинацию
        одновременно чтобы сообщить сообщите нам о об этом редакции редакцию редактору отправьте отправить спасибо
    """,
    "tg": """
        агар шумо дар ин матн матни матнро мақола маводи мавод хабар сомона имлоӣ ёфтед ёбед дидед дарёфт пайдо
        ошкор мушоҳида кардед кунед намудед намоед ки ва пас аз онро он қисмати қисми порчаи порча калимаи калимаро
        калимаҳои хатодорро хатодор лозимӣ ҷудо интихоб ишора қайд карда намуда тугмаҳои тугмаи тугмаро тугмаҳоро
        калидҳои клавишҳои пахш зер лутфан ро ба мо диҳед якҷоя ҳамзамон
    """,
    "en": """
        if you have found find spot spotted notice noticed see saw a an the any inaccuracy spelling grammatical in
        on this our text article page story website please select highlight mark it fragment word words and with
        then press hit click keys key to let us know report tell about editors by pressing simultaneously thank
        thanks
    """,
    "kk": """
        егер сіз мәтіннен мәтінде мақаладан мақалада тапсаңыз тапсаңыздар байқасаңыз көрсеңіз таптыңыз таптыңызба ба
        байқадыңыз онда оны сол қажетті қатесі бар мәтінді мәтін бөлігін сөзді сөздерді фрагментті белгілеп
        белгілеңіз ерекшелеп таңдап және да тінтуірмен батырмасын батырмаларын пернелерін пернесін түймелерін
        түймесін басыңыз басыңыздар ды ді ны ні бізге хабарлаңыз жіберіңіз
    """,
    "ky": """
        эгер эгерде сиз тексттен текстте макаладан макалада тапсаңыз тапсаңыздар байкасаңыз көрсөңүз таптыңызбы
        байкадыңызбы анда аны ошол керектүү катасы бар текстти тексттин бөлүгүн сөздү сөздөрдү белгилеп белгилеңиз
        тандап жана чычкан менен баскычтарын баскычын баскычты баскычтарды басыңыз басыңыздар ди ны ни бизге
        кабарлаңыз билдириңиз
    """,
    "uz": """
        agar siz matnda matndan maqolada maqoladan imlo imloviy topsangiz korsangiz sezsangiz topdingizmi
        kordingizmi uni osha kerakli matnni matn qismini sozni sozlarni belgilab belgilang tanlab va ni enterni
        tugmalarini tugmasini tugmachalarini tugmachasini bosing bizga xabar bering yuboring iltimos агар сиз матнда
        матндан мақолада топсангиз топдингизми уни керакли матнни қисмини сўзни белгилаб белгиланг танлаб ва ни
        тугмаларини тугмасини тугмачасини босинг бизга хабар беринг илтимос
    """,
    "fa": """
        اگر شما در متن این مقاله خبر مطلب املایی تایپی نگارشی دیدید دیده اید یافتید پیدا کردید می بینید مشاهده لطفا
        آن را قسمت بخش کلمه واژه واژه ها های اشتباه مورد نظر انتخاب کنید کرده و سپس بعد کلید کلیدهای دکمه دکمه های
        فشار دهید بفشارید بزنید به ما اطلاع گزارش با
    """,
}
OF_A_MISTAKE = frozenset(MISTAKES.split())
LANGUAGES = [OF_A_MISTAKE.union(f"{words} {KEYS}".replace("ё", "е").split()) for words in WORDS.values()]


def asks_for_reports(paragraph: str) -> bool:
    """Tell whether the whole paragraph asks readers to select a mistake and press Ctrl+Enter, in a language known here.

    It must hold the keys, a word for a mistake, and nothing but the words with which one says so.
    """
    if len(paragraph) > LONGEST_LINE:
        return False
    written = "".join(each for each in nfc(paragraph).casefold().replace("ё", "е") if each not in "'’ʻʼ‘`")
    words = set("".join(each if each.isalnum() else " " for each in written).split())
    if words.isdisjoint({"ctrl", "control"}) or words.isdisjoint(OF_A_MISTAKE):
        return False
    return any(words <= known for known in LANGUAGES)
