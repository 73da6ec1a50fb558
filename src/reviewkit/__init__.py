__version__ = "0.1.0"
from reviewkit.html import clean_html
from reviewkit.types import *
from reviewkit.sentences import split_sentences
