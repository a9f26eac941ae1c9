# ruff: noqa: E501
"""Forty pages in the manner of real sites, written before looking at what the rules say of them."""

from license_pages import TEXT, a, ld

CC = "https://creativecommons.org/licenses"
ZERO = "https://creativecommons.org/publicdomain/zero/1.0/"
RSL = '<link rel="license" type="application/rsl+xml" href="/license.xml">'


def site(
    main: str, *, head: str = "", foot: str = "", lang: str = "en", title: str = "The river", side: str = ""
) -> str:
    """Return a page with a header, an article, a column beside it and a footer."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        f'<header class="site-header"><a href="/">Start</a></header><div id="content"><article><h1>{title}</h1>{TEXT}{main}'
        f'</article>{side}</div><footer class="site-footer" id="colophon">{foot}</footer></body></html>'
    )


def cc(kind: str, words: str, more: str = "", version: str = "4.0", tail: str = "") -> str:
    """Return a link to a Creative Commons licence."""
    return a(f"{CC}/{kind}/{version}/{tail}", words, more)


REL = 'rel="license"'
PAGES: dict[str, tuple[str | None, str]] = {
    "wordpress, widget in the footer": (
        "CC-BY-SA-4.0",
        site(
            "",
            foot='<div class="widget"><p>Except where otherwise noted, content on this site is licensed under a '
            + cc("by-sa", "Creative Commons Attribution-ShareAlike 4.0 International License", REL)
            + ".</p></div><p>Proudly powered by WordPress</p>",
        ),
    ),
    "wordpress, image caption": (
        None,
        site(
            '<figure class="wp-caption"><img src="a.jpg"><figcaption class="wp-caption-text">Photo by Ann, '
            + cc("by", "CC BY 2.0", version="2.0")
            + "</figcaption></figure>",
            foot="<p>© 2024 The Valley Blog</p>",
        ),
    ),
    "ghost, paragraph at the end": (
        "CC-BY-NC-4.0",
        site(
            '<section class="gh-content"><hr><p><em>This post is licensed under '
            + cc("by-nc", "CC BY-NC 4.0")
            + ".</em></p></section>",
            foot='<section class="copyright">Ann © 2024</section>',
        ),
    ),
    "ghost, related post": (
        None,
        site(
            "",
            side='<aside class="read-next"><h3>Read next</h3><a href="/x">Why we publish under CC BY 4.0</a></aside>',
            foot="© 2024",
        ),
    ),
    "mediawiki, footer list": (
        "CC-BY-SA-3.0",
        site(
            "",
            foot='<ul id="footer-info"><li id="footer-info-copyright">Content is available under '
            + cc("by-sa", "Creative Commons Attribution-ShareAlike", version="3.0")
            + " unless otherwise noted.</li></ul>",
        ),
    ),
    "mediawiki, file page": (
        None,
        site(
            '<table class="licensetpl"><tr><td>This file is licensed under the '
            + cc("by-sa", "Creative Commons Attribution-Share Alike 4.0 International")
            + " license.</td></tr></table>",
            title="File:River.jpg",
        ),
    ),
    "hugo, theme's note": (
        "CC-BY-NC-SA-4.0",
        site(
            '<div class="post-copyright"><ul><li>Author: Ann</li><li>Copyright: All articles in this blog are licensed under '
            + cc("by-nc-sa", "BY-NC-SA", 'rel="external nofollow"')
            + " unless stating additionally.</li></ul></div>",
        ),
    ),
    "hugo, the theme's own licence": (
        None,
        site("", foot='Theme PaperX released under the <a href="https://opensource.org/licenses/MIT">MIT License</a>.'),
    ),
    "sphinx, copyright line": (None, site("", foot="&copy; Copyright 2024, Ann. Created using Sphinx 7.2.")),
    "sphinx, licence in the footer": (
        "CC-BY-4.0",
        site(
            "",
            foot="<p>© Copyright 2024, the authors. This documentation is licensed under "
            + cc("by", "CC BY 4.0")
            + ".</p>",
        ),
    ),
    "docs, code apart from text": (
        "CC-BY-4.0",
        site(
            "",
            foot="<p>Except as otherwise noted, the content of this page is licensed under the "
            + cc("by", "Creative Commons Attribution 4.0 License")
            + ', and code samples are licensed under the <a href="https://www.apache.org/licenses/LICENSE-2.0">Apache 2.0 '
            "License</a>.</p>",
        ),
    ),
    "government of the United Kingdom": (
        "OGL-UK-3.0",
        site(
            "",
            foot='<p>All content is available under the <a rel="license" href="https://www.nationalarchives.gov.uk/doc/'
            'open-government-licence/version/3/">Open Government Licence v3.0</a>, except where otherwise stated</p>'
            "<p>© Crown copyright</p>",
        ),
    ),
    "government of Australia": (
        "CC-BY-4.0",
        site(
            "",
            foot="<p>With the exception of the Commonwealth Coat of Arms and where otherwise noted, all material presented on "
            "this website is provided under a "
            + cc("by", "Creative Commons Attribution 4.0 International licence")
            + ".</p>",
        ),
    ),
    "university, course": (
        "CC-BY-NC-SA-4.0",
        site(
            "",
            head=ld(
                f'{{"@context":"https://schema.org","@type":"Course","name":"Rivers","license":"{CC}/by-nc-sa/4.0/"}}'
            ),
            foot="<p>Massive University. Your use of the materials is subject to our terms.</p>",
        ),
    ),
    "university, slides of others": (
        None,
        site("<p>Slides for week 3 are adapted from B. Jones, used under " + cc("by", "CC BY 4.0") + ".</p>"),
    ),
    "newspaper, photograph": (
        None,
        site(
            '<span class="credit">Image: Flickr/bob, ' + cc("by-sa", "CC BY-SA 2.0", version="2.0") + "</span>",
            foot="© 2024 The Daily Example. All rights reserved.",
        ),
    ),
    "newspaper, republish": (
        "CC-BY-ND-4.0",
        site(
            '<div class="republish"><p>This article is published under a '
            + cc("by-nd", "Creative Commons Attribution-NoDerivatives 4.0")
            + " licence. Republish our articles for free, online or in print.</p></div>",
        ),
    ),
    "medium, some rights": (
        None,
        site("<p>Some rights reserved</p><p>42 claps</p>", head='<meta name="author" content="Ann">'),
    ),
    "medium, reserved": (None, site("<p>All rights reserved. Thoughts about CC BY 4.0 welcome in the comments.</p>")),
    "forum, a member's signature": (
        None,
        site(
            '<div class="post"><p>Nice!</p><div class="signature">My pictures are '
            + cc("by-nc", "CC BY-NC")
            + "</div></div>"
        ),
    ),
    "forum, contributions": (
        "CC-BY-SA-4.0",
        site(
            "",
            foot='<p class="licence">User contributions licensed under ' + cc("by-sa", "CC BY-SA 4.0", REL) + "</p>",
        ),
    ),
    "forum, question on licences": (
        None,
        site("<p>Can I use a text under " + cc("by-sa", "CC BY-SA 4.0") + " in my book?</p>", title="Can I use it?"),
    ),
    "german, footer": (
        "CC-BY-SA-4.0",
        site(
            "",
            lang="de",
            foot="<p>Sofern nicht anders angegeben, steht der Inhalt dieser Seite unter der Lizenz "
            + cc("by-sa", "Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 4.0", tail="deed.de")
            + ".</p>",
        ),
    ),
    "german, picture": (
        None,
        site(
            "<p>Bild: Anna Beispiel, " + cc("by", "CC BY 4.0", tail="deed.de") + "</p>",
            lang="de",
            foot="Alle Rechte vorbehalten",
        ),
    ),
    "french, footer": (
        "CC-BY-NC-ND-4.0",
        site(
            "",
            lang="fr",
            foot="<p>Sauf mention contraire, les contenus de ce site sont mis à disposition selon les termes de la "
            + cc(
                "by-nc-nd",
                "Licence Creative Commons Attribution - Pas d’Utilisation Commerciale - Pas de Modification 4.0",
                tail="deed.fr",
            )
            + ".</p>",
        ),
    ),
    "spanish, end of article": (
        "CC-BY-SA-4.0",
        site(
            "<p>Este artículo está bajo una "
            + cc("by-sa", "licencia Creative Commons Atribución-CompartirIgual 4.0")
            + ".</p>",
            lang="es",
        ),
    ),
    "italian, footer": (
        "CC-BY-4.0",
        site(
            "",
            lang="it",
            foot="<p>Salvo diversa indicazione, i contenuti di questo sito sono distribuiti con "
            + cc("by", "Licenza Creative Commons Attribuzione 4.0 Internazionale", tail="deed.it")
            + "</p>",
        ),
    ),
    "polish, footer": (
        "CC-BY-4.0",
        site(
            "",
            lang="pl",
            foot="<p>Jeśli nie podano inaczej, treści na tej stronie są dostępne na licencji "
            + cc("by", "Creative Commons Uznanie autorstwa 4.0", tail="deed.pl")
            + "</p>",
        ),
    ),
    "portuguese, photographs": (
        None,
        site("<p>Fotos: Maria Silva / " + cc("by-nc", "CC BY-NC 2.0", version="2.0") + "</p>", lang="pt"),
    ),
    "portuguese, site": (
        "CC-BY-4.0",
        site(
            "",
            lang="pt",
            foot="<p>O conteúdo deste site está licenciado sob "
            + cc("by", "CC BY 4.0", REL)
            + ", exceto quando indicado.</p>",
        ),
    ),
    "japanese, footer": (
        "CC-BY-4.0",
        site(
            "",
            lang="ja",
            foot="<p>特に記載のない限り、このサイトの内容は"
            + cc("by", "クリエイティブ・コモンズ 表示 4.0 国際 ライセンス", tail="deed.ja")
            + "の下に提供されています。</p>",
        ),
    ),
    "chinese, end of article": (
        "CC-BY-NC-SA-4.0",
        site(
            "<p>本文采用 "
            + cc("by-nc-sa", "知识共享署名-非商业性使用-相同方式共享 4.0 国际许可协议", REL)
            + " 进行许可。</p>",
            lang="zh",
        ),
    ),
    "russian, office of a president": (
        "CC-BY-4.0",
        site(
            "",
            lang="ru",
            foot="<p>Все материалы сайта доступны по лицензии: "
            + cc("by", "Creative Commons Attribution 4.0 International")
            + "</p>",
        ),
    ),
    "terms that a machine reads, refusing": (None, site("", head=RSL, foot="© 2024 Example")),
    "terms that a machine reads beside a licence": (
        "CC-BY-4.0",
        site("", head=RSL + f'<link rel="license" href="{CC}/by/4.0/">', foot="© 2024 Example"),
    ),
    "journal, metadata and words": (
        "CC-BY-4.0",
        site(
            '<p class="license-p">This is an open access article distributed under the terms of the '
            + cc("by", "Creative Commons Attribution License", REL)
            + ", which permits unrestricted use, distribution and reproduction in any medium.</p>",
            head=f'<meta name="dc.rights" content="{CC}/by/4.0/"><meta name="citation_title" content="Rivers">',
        ),
    ),
    "journal, references": (
        None,
        site(
            "<h2>References</h2><ol><li>B. Jones (2019). On rivers. "
            + cc("by", "CC BY 4.0")
            + ". Journal of Water 3.</li></ol>"
        ),
    ),
    "personal, dedicated": (
        "CC0-1.0",
        site(
            "",
            foot="<p>To the extent possible under law, Ann has waived all copyright to this text: "
            + a(ZERO, "CC0", REL)
            + "</p>",
        ),
    ),
}
MISSED: dict[str, tuple[str | None, str]] = {
    "blogger, badge": (
        "CC-BY-3.0",
        site(
            "",
            foot=f'<div class="widget Image"><a rel="license" href="{CC}/by/3.0/"><img alt="Creative Commons License" '
            f'src="https://i.creativecommons.org/l/by/3.0/88x31.png"></a><br>This work is licensed under a '
            + cc("by", "Creative Commons Attribution 3.0 Unported License", REL, version="3.0")
            + ".</div>",
        ),
    ),
    "french, open licence": (
        "etalab-2.0",
        site(
            "",
            lang="fr",
            foot="<p>Sauf mention explicite de propriété intellectuelle détenue par des tiers, les contenus de ce site sont "
            'proposés sous <a href="https://github.com/etalab/licence-ouverte/blob/master/LO.md">licence etalab-2.0</a></p>',
        ),
    ),
}
"""Pages whose licence is known not to be found."""
