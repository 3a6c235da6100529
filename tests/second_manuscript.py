"""A manuscript in five chapters, written before anything checked it; what is wrong in it is marked.

``⟦c:date|…⟧`` is a citation with a wrong date, ``⟦q|…⟧`` a quotation that is right. Wrong are
``headline``, ``date``, ``author``, ``paper``, ``version``, ``withdrawn``, ``words`` (differs from
what stands there) and ``missing`` (does not stand in the story that is cited for it); to be told
are ``changed``, ``corrected``, ``gone``, ``old`` (stands in a former version alone), ``unread``
(no text is kept) and ``unknown`` (nothing of this archive).
"""
# ruff: noqa: E501 (a manuscript as its writer broke its lines)

FLAME = """
A Flame Is Not a Name

The modern law of lamps begins on a camp site. ⟦q|“[T]he average hiker does not study the shade of a
lamp,”⟧ the court said,⟪⟦c:changed corrected|P Holm, ‘Orrin & Vale Loses Appeal over Lantern Mark’ The
Signet Gazette (4 August 2017)
<http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107> accessed 9
August 2017⟧.⟫ and with that the shade was lost. It also found that ⟦q|‘the two signs share nothing but
a flame’⟧.⟪Holm (n 1).⟫ The bill was not small: ⟦q:words|“[t]he costs of both sides, put at £24,000, fall
on the appellant.”⟧⟪⟦c:date|Petra Holm, “Orrin & Vale Loses Appeal over Lantern Mark,” The Signet
Gazette, August 14, 2017, http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107,
accessed November 27, 2026⟧.⟫

Stationers fared better. The panel gave back a name that ⟦q|“a single examiner struck … from the
register”⟧, and explained itself at length:

> ⟦q|A crown on a label, the panel wrote, tells nobody that a king has bought the ink. Nor does the
feather beside it add anything that a buyer of pens would remember.⟧⟪⟦c|J Albrecht and M Tanaka, ‘“Quill &
Crown” Wins Back Its Name’ The Signet Gazette (12 February 2018)
<https://www.signetgazette.example/trademark/quill-crown-wins-back-its-name-12311?utm_source=newsletter>
accessed 2 May 2024⟧; see also ⟦c:author|R O’Dell, ‘Why a Handle Is Not a Mark’ Marks & Makers (9
November 2016)⟧.⟫

The office, one reads, ⟦q:words|“has three months in which to appeal, and its lawyers have not said whether
they will”⟧.⟪⟦c|Jonas Albrecht & Mei Tanaka, ‘Quill & Crown’ Wins Back Its Name: The Board of Appeal
Explains, The Signet Gazette, Feb. 12, 2018, http://signetgazette.example/amp/quill-crown⟧.⟫ For the
reader of trade mark law this is an old story.⟪See generally Ida Marsh, The Quiet Register (3rd edn,
Harbour Press 2011) 44–51, who calls it ⟦q:unknown|“a comedy in which nobody has read the script to the
end”⟧.⟫

Smells are harder. The question was put to Luxembourg,⟪⟦c:gone|‘Court Asks Luxembourg: May a Smell Be a
Mark?’ The Signet Gazette (6 May 2019)
<http://signetgazette.example/courts/may-a-smell-be-a-mark-12450> accessed 1 June 2019⟧.⟫ since the
court ⟦q|“doubts that any drawing, formula or sample can show a smell to those who search the
register”⟧.⟪ibid.⟫ Breweries come and go.⟪⟦c:withdrawn|Sofia de la Cruz, Fennimore Withdraws Brewery
Opposition After Nine Years, The Signet Gazette, Nov. 20, 2019,
http://signetgazette.example/trademark/fennimore-withdraws-brewery-opposition-12502⟧.⟫ The mills
settled in the end.⟪⟦c:changed|Ruth O’Dell, “Harrow Mills Sues over Teal Packaging,” The Signet Gazette,
January 15, 2020, <a=http://signetgazette.example/trademark/harrow-mills-teal-12610>online</a>⟧.⟫
Shoppers, they had said, ⟦q:old|“have linked with it since 1962”⟧ the colour of the box.⟪⟦c:paper changed|R O’Dell,
‘Harrow Mills Sues over Teal Packaging’ Marks & Makers (15 January 2020) accessed 20 January 2020⟧.⟫
Not everybody is content: ⟦q|“We are disappointed but not surprised by the outcome,”⟧ said
Ostrow.⟪⟦c|P Holm, ‘Tribunal Bars “Moonbeam” for Lamps…’ The Signet Gazette (30 March 2021)⟧; but
compare ⟦c:unknown|T Grey, ‘A Beam by Any Other Name’ The Harbour Times (2 April 2021)
<https://harbourtimes.example/opinion/a-beam> accessed 3 April 2021⟧.⟫
"""

METHOD = """
# How we read the reports

We took [the study of customs files](⟦c|http://signetgazette.example/anti-counterfeiting/most-seizures-never-reach-a-court-12688⟧)
as our point of departure. It says that ⟦q|"Nine in ten seizures of fakes at the ports of the north
end without any hearing"⟧, and that ⟦q:words|"owners ignore the letters of the customs officers, the goods
are burnt, and no judge ever hears of them"⟧.[^ports]

> ⟦q|The authors ask for a register of seizures that the public can read.⟧

That sentence we put to twelve officers. The archived copy is
⟦c|<https://web.archive.org/web/20200910120000/http://signetgazette.example/anti-counterfeiting/most-seizures-never-reach-a-court-12688>⟧;
two of the others are listed as ⟦c|makers-5431⟧ and ⟦c:changed corrected|signet-12107@1⟧, a third as
⟦c:version|signet-12610@7⟧. The number ⟦c:unknown|signet-99120⟧ leads nowhere, and so does
⟦c:unknown|doi:10.5555/lantern.2019.44⟧.

It has been said that *⟦q|"buyers see the curve of a handle as a grip and not as a sign of who made
the jug"⟧* (Kaya, 2016).[^handle] Kaya goes on: ⟦q|"That is the rule which has sunk four shapes this
year [...] unless makers teach their buyers to look."⟧ He ends with a slogan,
⟦q|'Advertising that says "look for the curve" is where to begin'⟧.

In the other feature ⟦q:words|"two dairies have fought over the word Alpine, and neither of them has a cow
below the tree line"⟧.[^alpine] ⟦c:headline|[“The short quarrel over the word ‘Alpine’”](http://marksandmakers.example/features/the-long-quarrel-over-alpine-5502)⟧
is the piece that most of our readers had seen. Nobody could find the passage
⟦q:missing|"every cheese is a small declaration of war between neighbours"⟧ in it.

[^ports]: ⟦c|Kaya, I. (2020, September 2). Study: Most seizures at ports never reach a court. *The
    Signet Gazette*. http://signetgazette.example/anti-counterfeiting/most-seizures-never-reach-a-court-12688⟧
[^handle]: ⟦c|Kaya, I. (2016, November 9). Why a handle is not a mark. *Marks & Makers*.⟧
[^alpine]: ⟦c:date author|van der Meer, K. (2017, July 19). The long quarrel over the word “Alpine”. *Marks
    & Makers*. https://marksandmakers.example/features/the-long-quarrel-over-alpine-5502/⟧
"""

COLOURS = r"""
\documentclass{article}
\begin{document}
\section{Colour}
% "this comment is not a quotation that anybody wants to have checked"
German courts look at chewing gum: ,,\enquote{nothing}'' is what they see. \enquote{⟦q|Wer Kaugummi kauft,
achtet auf den Geschmack und nicht auf den Ton der H\"ulle.⟧}\footnote{⟦c|J\"urgen Wei\ss{}, \glqq Gericht:
Farbe T\"urkis ist keine Marke\grqq, Der Markenbote, 14. M\"arz 2019,
\url{http://markenbote.example/urteile/farbe-tuerkis-881} (abgerufen am 3. April 2023)⟧.}
The survey did not help, in which ``⟦q:words|fast jeder Dritte die Farbe erkannte, und zwar auf den ersten
Blick⟧''.\footnote{⟦c:paper|J\"urgen Wei\ss{}, Gericht: Farbe T\"urkis ist keine Marke, Der Farbenbote
vom 14.03.2019, \url{http://markenbote.example/urteile/farbe-tuerkis-881}⟧.}

Names of hotels are no better protected: \glqq ⟦q|Von hundert Hotels am See hei{\ss}en elf so, und keines
davon geh\"ort der Kl\"agerin.⟧\grqq\ \footnote{⟦c:headline|\emph{L\"oschung der Marke \glqq Bergblick\grqq{}
best\"atigt}, Der Markenbote, 8.~Oktober 2020,
\href{http://markenbote.example/urteile/seeblick-902}{markenbote.example}⟧.}

\begin{quote}
⟦q:words|Harrow Mills has settled with the rival that it accused of selling oats in green boxes.⟧
\end{quote}
That was reported in 2020.\footnote{⟦c|Ruth O'Dell, ``Harrow Mills Settles Its Suit over Teal
Packaging,'' \textit{The Signet Gazette}, January 15, 2020; accessed March 3, 2020⟧.} Before,
``⟦q:old|[t]he rival calls the colour a fashion of the year \ldots{} on the shelf⟧''.\footnote{⟦c:date
changed|Ruth O'Dell, ``Harrow Mills Sues over Teal Packaging,'' \textit{The Signet Gazette}, January
16, 2020⟧.}

In Japan the office held that 「⟦q|需要者は包装の色を装飾として見るにすぎない⟧」.\footnote{⟦c|田中 美咲「三色の縞からなる色彩商標の登録を拒絶」標章新聞、2021年4月5日、\url{http://hyosho.example/news/shikisai-301}⟧}

The Brindle matter ended, it is said, ``⟦q:unread|with a handshake in the car park of the
court⟧''.\footnote{⟦c|Jonas Albrecht, `Settlement reached in long Brindle dispute' (The Signet Gazette, 1
June 2021) \url{http://signetgazette.example/trademark/settlement-in-brindle-dispute-12744}⟧.}
\end{document}
"""

REFERENCES = r"""
@article{holm2021,
  author = {Holm, Petra},
  title = {{Tribunal bars `Moonbeam' for lamps; appeal likely}},
  journal = {The Signet Gazette},
  year = {2021}, month = mar, day = {30},
  url = {⟦c|http://signetgazette.example/trademark/tribunal-bars-moonbeam-12700⟧},
  urldate = {2026-11-27},
}

@online{registrar,
  author = "Holm, Petra and Kaya, Idris",
  title = "Five questions for the new registrar",
  journaltitle = {Marks \& Makers},
  date = {2022-02-01},
  url = {⟦c|http://marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533⟧},
}

@article{weiss,
  author = {Wei{\ss}, J{\"u}rgen},
  title = {L{\"o}schung der Marke {\glqq}Seeblick{\grqq} best{\"a}tigt},
  journal = {Der Markenbote},
  date = {2020-10-18},
  url = {⟦c:date|http://markenbote.example/urteile/seeblick-902⟧},
}

@article{alpine,
  author = {Kaya, Idris},
  title = {The long quarrel over the word ``Alpine''},
  journal = {Marks and Makers},
  year = 2018,
  url = {⟦c:author|http://www.marksandmakers.example/features/the-long-quarrel-over-alpine-5502⟧},
}

@article{brindle,
  author = {Albrecht, Jonas},
  title = {⟦c:headline|Settlement refused in long Brindle dispute⟧},
  journal = {The Signet Gazette},
  date = {2021-06-01},
}

@book{marsh,
  author = {Marsh, Ida},
  title = {The Quiet Register},
  publisher = {Harbour Press},
  year = {2011},
  url = {⟦c:unknown|https://harbourpress.example/quiet-register⟧},
}
"""

NOTES = """
Notes for the talk

1. The registrar, ⟦c|Marks & Makers, 1 February 2022, "Five questions for the new registrar"⟧. She says:
"⟦q|I have read decisions of ninety pages that could have been a postcard, and I signed some of them
myself⟧". And later: "⟦q:missing|I shall burn every one of them on the steps of the office⟧".

2. ⟦c:changed|http://signetgazette.example/trademark/harrow-mills-teal-12610?fbclid=IwAR0x⟧ -- settled, but
'⟦q|the boxes will be green from the first of March onwards⟧'.

3. On cheese I like "⟦q|the last one was settled over a plate of cheese that both of them claimed to have
made⟧" and >>⟦q|because a clerk misread a date; the last one was settled⟧<<.

4. Idris Kaya wrote in ⟦c|Marks & Makers of 9 November 2016 ("Why a Handle is not a Mark")⟧ that shapes
sink. Petra Holm's piece on the tribunal (⟦c:date|"Tribunal bars 'Moonbeam' for lamps", The Signet
Gazette, 2021-04-30⟧) has more.

5. Court: ⟦q|« since every lamp sheds a beam and the word says no more than that »⟧. Somewhere I read
"⟦q:unknown|the sea forgives the sailor but it never forgives the harbour⟧".

6. ⟦c:unknown|https://lanternpost.example/2018/11/skates⟧ for the other side.
"""

CHAPTERS = {
    "flame.docx": FLAME,
    "method.md": METHOD,
    "colours.tex": COLOURS,
    "references.bib": REFERENCES,
    "notes.txt": NOTES,
}
