"""How Sphinx builds the documentation."""

from __future__ import annotations

from pathlib import Path

import reviewkit
from reviewkit.render import review_html

project = "reviewkit"
author = copyright = "The reviewkit developers"  # noqa: A001 - Sphinx's name
release = version = reviewkit.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.viewcode"]
exclude_patterns = ["_build"]
default_role = "py:obj"

html_theme = "furo"
html_title = f"reviewkit {version}"

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_use_rtype = False

# The picture of an example review that the quick start shows, made by the package itself.
here = Path(__file__).parent
generated = here / "_generated"
generated.mkdir(exist_ok=True)
example = here.parent / "examples" / "the_lamplighter.html"
(generated / "picture.html").write_text(
    review_html(reviewkit.analyze(example.read_bytes())), encoding="utf-8"
)
