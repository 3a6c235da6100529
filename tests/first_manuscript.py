"""A manuscript in six chapters, written without knowing what checks it.

It is marked as :mod:`second_manuscript` is.
"""
# ruff: noqa: E501 (a manuscript as its writer broke its lines)

SHAPES = """
Shapes and Scents

Idris Kaya has long argued that ⟦q|“[b]uyers see the curve of a handle as a grip”⟧ and no more.⟪⟦c|Idris
Kaya, “Why a Handle Is Not a Mark,” Marks & Makers, November 9, 2016,
http://marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431⟧.⟫ He counts ⟦q:words|“five shapes
this year, and it will sink many more unless makers teach their buyers to look”⟧.⟪⟦c:date|Idris Kaya, Why a
Handle Is Not a Mark, Marks & Makers, Nov. 19, 2016,
https://www.marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431/⟧ (last visited Nov. 27,
2026).⟫ In his view ⟦q:missing|“a jug without a handle is only a vase with ambitions”⟧.⟪ibid.⟫

Scents came next.⟪See ⟦c:gone|“Court Asks Luxembourg: May a Smell Be a Mark?” The Signet Gazette, May 6,
2019⟧; ⟦c:unknown|“The Nose in the Courtroom,” The Signet Gazette, May 9, 2019,
http://signetgazette.example/courts/the-nose-in-the-courtroom-12455⟧.⟫ The question was what else could
be ‘clear and precise enough’, and whether ⟦q:words|“a drawing, formula or sample can show a smell”⟧.

> ⟦q|May the smell of cut cedar be registered for pencils? The court of first instance has put that question
to Luxembourg.⟧

The lantern came before the Board.⟪⟦c|P Holm, ‘Orrin & Vale Loses Appeal over Lantern Mark’ The Signet
Gazette (4 August 2017) <http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107>
accessed 1 July 2021⟧.⟫ Counsel ⟦q|“said it would read the judgment with care before deciding whether to go
further”⟧.⟪Holm (n 6).⟫ ⟦q:old|“The High Court held on Friday that ‘the average hiker does not study the
shade of a lamp’”⟧: so the first report.⟪⟦c:changed corrected author|Jonas Albrecht, “Orrin & Vale Loses
Appeal over Lantern Mark,” The Signet Gazette, August 4, 2017⟧.⟫ The costs were ⟦q|“put at £42,000, [and]
fall on the appellant”⟧.⟪⟦c|Orrin & Vale Loses Appeal over Lantern Mark, The Signet Gazette, Aug. 4, 2017
(archived at https://web.archive.org/web/20190101000000/http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107)⟧.⟫
"""

SURVEY = """
# A survey of coverage

1. The [interview with the registrar](⟦c|http://marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533?utm_campaign=x#top⟧)
   says that ⟦q|“She will publish how long each examiner takes”⟧ and quotes her: ⟦q:words|“I have read
   decisions of ninety pages that should have been a postcard”⟧.
2. ⟦c:headline|["Six answers from the old registrar"](http://marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533)⟧
3. ⟦c|signet-12688⟧, ⟦c|bote-881@1⟧, ⟦c:version|makers-5502@3⟧ and ⟦c:withdrawn|signet-12502⟧.

Of ports we read:

> ⟦q:words|Owners answer the letters of the customs officers, the goods are sold, and no judge ever hears of
> them.⟧

The study[^a] is cited by many, among them Marsh[^b], who adds that ⟦q:unknown|“the tide brings in more than
any officer could ever count”⟧.

Moonbeam failed: ⟦q|"every lamp sheds a beam and the word says no more than that"⟧.[^c] ⟦q:words|"We are neither
disappointed nor surprised by the outcome,"⟧ Ostrow said.

[^a]: ⟦c:author|Kaya, J. (2020, September 2). Study: Most seizures at ports never reach a court. *The Signet
    Gazette*.⟧
[^b]: Marsh, I. (2011). *The quiet register* (3rd ed.). Harbour Press. ⟦c:unknown|https://doi.org/10.5555/quiet.2011⟧
[^c]: ⟦c|Holm, P. (2021, March 30). Tribunal bars ‘Moonbeam’ for lamps; appeal likely. *The Signet
    Gazette*. https://signetgazette.example/trademark/tribunal-bars-moonbeam-12700⟧
"""

TEXTS = r"""
\section*{Farben}
Schon 2019 hie{\ss} es, \enquote{⟦q|Der Hersteller hatte eine Umfrage vorgelegt, in der kaum jeder Dritte die
Farbe erkannte⟧}.\footnote{⟦c:date|Wei{\ss}, Gericht: Farbe T\"urkis ist keine Marke, Der Markenbote,
15.03.2019, \url{http://markenbote.example/urteile/farbe-tuerkis-881}⟧.} Dagegen \glqq ⟦q:words|geh\"oren
von hundert Hotels am See elf der Kl\"agerin, und keines davon hei{\ss}t so⟧\grqq.\footnote{⟦c|J\"urgen
Wei\ss, L\"oschung der Marke \glq Seeblick\grq{} best\"atigt, Der Markenbote vom 8. Oktober 2020⟧.}

The mills said that the rival ``⟦q:old|promises to defend every box on the shelf⟧''.\footnote{⟦c:changed|Ruth
O'Dell, ``Harrow Mills Sues over Teal\ldots,'' \emph{The Signet Gazette}, 15 January 2020⟧.} Later
``⟦q|[n]either side will say who pays, but the boxes will be green⟧''.\footnote{⟦c:author|Clara van der Meer,
``Harrow Mills Settles Its Suit over Teal Packaging,'' \emph{The Signet Gazette}, Jan. 15, 2020,
\url{http://signetgazette.example/trademark/harrow-mills-teal-12610} (accessed 2 April 2022)⟧.}

\begin{quotation}
⟦q|For forty years two dairies have fought over the word Alpine, and neither of them has a cow above the tree
line.⟧\footnote{⟦c:paper|Clara van der Meer, `The Long Quarrel over the Word ``Alpine''' \emph{The Signet
Gazette} (19 July 2018)
\href{http://marksandmakers.example/features/the-long-quarrel-over-alpine-5502}{link}⟧.}
\end{quotation}

特許庁は「⟦q|三色の縞からなる色彩商標の登録を拒絶した⟧」.\footnote{⟦c:date|田中美咲「三色の縞からなる色彩商標の登録を拒絶」標章新聞、2021年4月15日、\url{http://hyosho.example/news/shikisai-301}⟧}
"""

BOOKS = r"""
@online{quill, author = {Albrecht, Jonas and Tanaka, Mei},
  title = {`Quill \& Crown' wins back its name}, journaltitle = {The Signet Gazette},
  date = {2018-02-12}, url = {⟦c|https://signetgazette.example/trademark/quill-crown-wins-back-its-name-12311⟧}}
@article{smell, title = "Court asks {Luxembourg}: may a smell be a mark?",
  journal = "Marks \& Makers", year = 2019, month = may, day = 6,
  url = "⟦c:gone paper|http://signetgazette.example/courts/may-a-smell-be-a-mark-12450⟧"}
@article{ports, author = "Idris Kaya", title = {⟦c|Study: most seizures at ports never reach a court⟧},
  journal = {Signet Gazette}, date = {2020-09}}
@misc{dead, title = {Lanterns of the north}, url = {⟦c:unknown|http://signetgazette.example/lanterns-of-the-north⟧}}
@article{handle, author = {Kaya, Idris}, title = {⟦c:headline|Why a handle is sometimes a mark⟧},
  journal = {Marks \& Makers}, date = {2016-11-09}}
"""

JOTTINGS = """
- Reading "⟦q|I signed some of them myself, she says⟧" in the registrar's interview
  (⟦c|http://m.marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533⟧).

- The piece ‹Settlement› is only a headline: ⟦c|"Settlement reached in long Brindle dispute", The Signet
  Gazette, June 1, 2021⟧. It says "⟦q:unread|that both of them will share the car park of the court⟧".

- The phrase «⟦q|has given the stationer Quill & Crown its name back, three years after⟧» is Albrecht's, and
  "⟦q|The office has two months in which to appeal … and its lawyers have not said whether they will⟧" too.

- ⟦c|http://signetgazette.example/amp/quill-crown?gclid=1⟧ still works; ⟦c:unknown|www.harbourtimes.example/a-beam⟧ never did.

- Chapter 3 has "a few short words" and '⟦q:unknown|six words that are not his⟧' (mine). See ⟦c:date|The Signet Gazette of 2
  February 2018, "'Quill & Crown' wins back its name: the Board of Appeal explains"⟧.

- ⟦c|“Why a handle is not a mark”, Marks & Makers, 2016-11-09⟧: "⟦q:words|Advertising that says look at the curve is where to begin⟧".
"""

LETTERS = """
The French reader is told that « ⟦q|the last one was settled over a plate of cheese⟧ » (⟦c|Clara van der
Meer, « The long quarrel over the word “Alpine” », Marks & Makers, 19 juillet 2018⟧).

Fennimore is gone: ⟦c:withdrawn|https://www.signetgazette.example/trademark/fennimore-withdraws-brewery-opposition-12502?mc_cid=1⟧.

“⟦q:old|shoppers have linked with it since 1962⟧”, says ⟦c:changed|https://web.archive.org/web/20200116080000/http://signetgazette.example/trademark/harrow-mills-teal-12610⟧.

See also ⟦c|„Gericht: Farbe Türkis…“, Der Markenbote, 14. März 2019⟧, and ⟦c:unknown|10.5555/12345678⟧.

The judges — ⟦c:changed corrected|The Signet Gazette, 4 Aug 2017: “Orrin & Vale loses appeal over lantern mark”⟧ —
found that “⟦q:words|the two signs shared nothing but a single flame⟧”.

Whoever says “⟦q|Nor does the feather beside it add anything that a buyer of pens would remember⟧” has read
⟦c|signet-12311⟧.
"""

CHAPTERS = {
    "letters.txt": LETTERS,
    "shapes.docx": SHAPES,
    "survey.md": SURVEY,
    "texts.tex": TEXTS,
    "books.bib": BOOKS,
    "jottings.txt": JOTTINGS,
}
