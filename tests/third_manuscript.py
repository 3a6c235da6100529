"""A manuscript by many hands, written by somebody who had not seen what checks it; wrongs are marked.

The marks are those of the second manuscript: ``⟦c:date|…⟧`` is a citation with a wrong date,
``⟦q|…⟧`` a quotation that is right. Wrong are ``headline``, ``date``, ``author``, ``paper``,
``version``, ``withdrawn``, ``words`` and ``missing``; to be told are ``changed``, ``corrected``,
``gone``, ``old``, ``unread`` and ``unknown``. Short forms ("id.", "supra", "(Kaya, 2020)",
``\\cite{ports}``) say which story a quotation is from and are no citations of their own.
"""
# ruff: noqa: E501 (a manuscript as its writers broke their lines)

# A student's note in an American law review: Bluebook, "id." and "supra", points inside the quotes.
SHADE = """
The Shade of the Lamp: A Student Note

American courts ask what an “ordinary purchaser” would think, 15 U.S.C. § 1052(d), and have done so since the ’40s. English judges ask about the “average consumer”; in 2017 they asked about hikers. The answer was blunt: ⟦q|“[T]he average hiker does not study the shade of a lamp.”⟧⟪⟦c:changed corrected|Petra Holm, Orrin & Vale Loses Appeal over Lantern Mark, Signet Gazette (Aug. 4, 2017), https://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107⟧.⟫ Who it was that gave that answer is less clear. At first the paper wrote that ⟦q:old|“[t]he High Court held on Friday that ‘the average hiker does not study the shade of a lamp’”;⟧⟪Id.⟫ later it thought better of it. The bill, as now reported, is bearable: ⟦q|“The costs of both sides, put at £42,000, fall on the appellant.”⟧⟪Id. (as corrected Mar. 1, 2018). The corrected text is filed as ⟦c|signet-12107@2⟧.⟫ Whether the campers’ champion will go on, no one knows. ⟦q:words|“Counsel for the company said it would read the judgment with care before deciding whether to settle.”⟧⟪Id.⟫

Stationers’ names and grocers’ colors raise other questions. In 2018 a Board (not “the” Board, as some of the parties’ briefs have it) restored one: ⟦q|“A crown on a label . . . tells nobody that a king has bought the ink.”⟧⟪⟦c|Jonas Albrecht & Mei Tanaka, ‘Quill & Crown’ Wins Back Its Name: The Board of Appeal Explains, Signet Gazette, Feb. 12, 2018, at 3⟧; accord ⟦c|Idris Kaya & Petra Holm, Five Questions for the New Registrar, Marks & Makers (Feb. 1, 2022), http://marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533⟧; cf. In re Owens-Corning Fiberglas Corp., 774 F.2d 1116, 1122 (Fed. Cir. 1985) (pink).⟫ The feather fared no better; it does not ⟦q|“add anything that a buyer of pens would remember.”⟧⟪Albrecht & Tanaka, supra note 5, at 3.⟫ One looks in vain, however, for the dictum so often ascribed to the panel, that ⟦q:missing|“pens are bought by people who have never seen a king.”⟧⟪See Albrecht & Tanaka, supra note 5, at 4.⟫

Trade dress is harder. It is said that ⟦q:words|“[b]uyers see the curve of a handle as a grip and never as a sign of who made the jug.”⟧⟪⟦c:author|Clara van der Meer, Why a Handle Is Not a Mark, Marks & Makers, Nov. 9, 2016, http://www.marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431?utm_campaign=fall&utm_medium=email⟧. Contra Jane Roe, Handles Everywhere, 88 Harbour L. Rev. 12, 44–45 (1975).⟫ As to words, consider the dairies:

> ⟦q|The first case was lost in 1978 because a clerk misread a date; the last one was settled over a plate of cheese that both of them claimed to have made.⟧⟪⟦c|Clara van der Meer, The Long Quarrel over the Word “Alpine,” Marks & Makers (July 19, 2018), <a=http://marksandmakers.example/features/the-long-quarrel-over-alpine-5502#comments>https://marksandmakers.example/features/the-long-quarrel…</a>⟧.⟫

Brewers, at any rate, give up sooner or later.⟪⟦c:withdrawn|Sofia de la Cruz, Fennimore Withdraws Brewery Opposition After Nine Years, Signet Gazette (Nov. 20, 2019), http://signetgazette.example/trademark/fennimore-withdraws-brewery-opposition-12502 (last visited Oct. 3, 2025)⟧.⟫
"""

# An English essay: OSCOLA, single quotes, points outside of them.
OATS = """
Oats, Smells and Postcards

‘Plain words’ are what the new registrar wants; her predecessors’ decisions and the examiners’ letters had none. ⟦q|‘I have read decisions of ninety pages that could have been a postcard, and I signed some of them myself’⟧, she says.⟪⟦c|Idris Kaya and Petra Holm, ‘Five Questions for the New Registrar’ (Marks & Makers, 1 Feb 2022) <https://marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533> accessed 3 May 2023⟧.⟫ There is more: ⟦q:words|‘She will publish how long each examiner sleeps, and she expects letters about it’⟧.⟪Kaya and Holm (n 1).⟫

The millers’ quarrel ran its course within a winter. In January we read that ⟦q:old|‘Harrow Mills has asked a court to keep a rival from selling oats in teal boxes’⟧;⟪⟦c:changed|R O’Dell, ‘Harrow Mills Sues over Teal Packaging’ The Signet Gazette (15/01/2020) <http://signetgazette.example/trademark/harrow-mills-teal-12610> accessed 2 February 2020⟧.⟫ by the spring, that ⟦q|‘[n]either side will say who pays, but the boxes will be green from the first of March’⟧.⟪⟦c|Ruth O’Dell, ‘Harrow Mills Settles its Suit…’ The Signet Gazette (15 January 2020) accessed 1 April 2021⟧.⟫ The owners’ boxes went to the pulp mill and the lawyers’ boxes to the attic.

On smells the leading case is still Case C-273/00 Sieckmann v DPMA [2002] ECR I-11737, paras 46–55. A later court, which ⟦q|‘doubts that any drawing, formula or sample can show a smell to those who search the register’⟧, has asked again,⟪⟦c:gone date|‘Court Asks Luxembourg’ The Signet Gazette (London, 16 May 2019) <http://signetgazette.example/courts/may-a-smell-be-a-mark-12450>⟧; and see Ida Marsh, The Quiet Register (3rd edn, Harbour Press 2011) 210.⟫ this time about pencils. It is 2026, and we wait.

Settlements are the rule and judgments the exception. The Brindles, for one, went home as friends, and it was ⟦q:unread|‘the first supper that the two families had eaten together’⟧.⟪⟦c|J Albrecht, ‘Settlement Reached in Long Brindle Dispute’ The Signet Gazette (1 June 2021)⟧; but see ⟦c:unknown|M Fell, ‘Brindle: A Dissent’ (Harbour Law Blog, 4 June 2021) <https://harbourlaw.example/2021/06/brindle> accessed 9 June 2021⟧.⟫
"""

# A German seminar paper, with its footnotes.
FUSSNOTEN = """
Farben, Töne, Hüllen

„Gold-Teddy“ und „Lila Kuh“ kennt jeder (vgl. BGH GRUR 2015, 1214; § 8 Abs. 2 Nr. 1 MarkenG). Türkis kennt keiner: ⟦q|„Wer Kaugummi kauft, achtet auf den Geschmack und nicht auf den Ton der Hülle.“⟧⟪Vgl. ⟦c|Weiß, Jürgen: Gericht: Farbe Türkis ist keine Marke, in: Der Markenbote v. 14.3.2019, http://markenbote.example/urteile/farbe-tuerkis-881 (zuletzt abgerufen am 12.09.2022)⟧.⟫ Auch die Umfrage half nichts, ⟦q:words|„in der kaum jeder Vierte die Farbe erkannte“⟧.⟪Ebd.⟫ Mit den Namen der Häuser steht es ähnlich: ⟦q|»Von hundert Hotels am See heißen elf so, und keines davon gehört der Klägerin.«⟧⟪⟦c:author|Müller, Sabine: Löschung der Marke „Seeblick“ bestätigt, Der Markenbote, 08.10.2020, https://www.markenbote.example/urteile/seeblick-902/⟧; a. A. Lehmann, Der stille Name, 2. Aufl. 1998, S. 17 f.⟫

Die Engländer sind strenger.⟪⟦c:changed corrected|P. Holm, „Orrin & Vale loses appeal over lantern mark“, The Signet Gazette vom 4.8.2017, abgerufen am 20.8.2017⟧; anders noch Weiß, a. a. O. (Fn. 1).⟫ Selbst beim Krug sähen ⟦q:missing|„die Käufer in der Krümmung des Henkels einen Griff und kein Zeichen des Herstellers“⟧ (eigene Übersetzung),⟪⟦c|Idris Kaya, Why a handle is not a mark, in: Marks & Makers, 9. November 2016⟧.⟫ im Original also ⟦q|„a grip and not as a sign of who made the jug“⟧.⟪Kaya, a. a. O.⟫

In Japan heißt es knapp: 「⟦q:words|特許庁は六日、三色の縞からなる色彩商標の登録を拒絶した⟧」.⟪⟦c:date|田中 美咲「三色の縞からなる色彩商標の登録を拒絶」標章新聞、2021年4月15日⟧.⟫
"""

# Harvard, with the references at the end; written in Markdown.
QUAY = """
# Fakes at the quay

The customs officers' letters and the brand owners' answers fill 14 shelves, 6' 2" high each. Kaya
(2020) has read about them: '⟦q|Nine in ten seizures of fakes at the ports of the north end without
any hearing, a study of customs files finds⟧'. Nobody's day in court, then. He goes on:

> ⟦q:words|Owners answer the letters of the customs officers, the goods are sold, and no judge ever
> hears of them.⟧

(Kaya, 2020). The remedy that the authors' paper proposes is modest:

> ⟦q|The authors ask for a register of seizures that the public can read.⟧
>
> — Kaya (2020)

In the 1990s it would have cost about 2,000,000 crowns. A smuggler of our acquaintance holds that
'⟦q:missing|the tide is the only judge whom the smugglers still respect⟧' (Kaya, 2020), but we have not
found the place.

After the lamp case (Holm, 2021) feelings ran high, or rather, they didn't. ⟦q|"'We are disappointed but
not surprised by the outcome,' said Lena Ostrow, who runs the workshop with her two sisters"⟧ (Holm,
2021). The office, for its part, says that '⟦q:missing|neither of them has a cow above the tree line⟧'
(Holm, 2021). That is what is called a 'slip of the pen'.

## References

Grey, T. (1988) *Lamps and other nuisances*. Harbourton: Harbour Press, pp. 12--19.

⟦c:paper|Holm, P. (2021) 'Tribunal bars "Moonbeam" for lamps; appeal likely', *Marks & Makers*, 30 March.
Available at: <https://www.google.com/amp/s/signetgazette.example/trademark/tribunal-bars-moonbeam-12700>
(Accessed: 2 April 2021).⟧

⟦c|Kaya, I. (2020) 'Study: most seizures at ports never reach a court', *The Signet Gazette*, 2
September. Available at:
<https://signetgazette.example/anti-counterfeiting/most-seizures-never-reach-a-court-12688> (Accessed:
14 May 2024).⟧

⟦c:headline|Albrecht, J. and Tanaka, M. (2018) '"Quill & Crown" loses its name: the Board of Appeal
explains', *The Signet Gazette*, 12 February.⟧

⟦c|van der Meer, C. (2018) 'The long quarrel…', *Marks & Makers*, 19 July. Available at:
<http://marksandmakers.example/features/the-long-quarrel-over-alpine-5502?mc_cid=77ab&mc_eid=1> (Accessed:
04/08/2022).⟧

Vane, O. (2021) 'The beam and the mote', *Journal of Lesser Lights*, 7(2), pp. 1--9.
"""

# A journalist's blog: links under words, links to archives, references of the archive.
WEEKLOG = """
# What the lamp makers' lawyers read this week

Remember the lantern people? They [lost their appeal](⟦c:changed corrected|http://signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107?fbclid=IwAR3y⟧)
in 2017, and they're still at it. So is the oat mob: ⟦c:changed|["Harrow Mills sues over teal
packaging"](http://www.signetgazette.example/trademark/harrow-mills-teal-12610?ref=twitter)⟧. (The [oat
lobby](⟦c:unknown|https://oatlobby.example/teal⟧) has its own view.)

The tribunal's refusal, as ⟦c|Petra Holm reported in *The Signet Gazette* of 30 March 2021⟧, is
[here](⟦c|https://web.archive.org/web/20210402083000id_/http://signetgazette.example/trademark/tribunal-bars-moonbeam-12700⟧),
and the nub of it is that "⟦q|every lamp sheds a beam and the word says no more than that⟧". An appeal is
"likely", which is what they always say.

The cedar-pencil story has been taken down, so I can only give you a copy:
⟦c:gone|<https://web.archive.org/web/20190507101500/http://signetgazette.example/courts/may-a-smell-be-a-mark-12450>⟧.
"Clear and precise" is the test there, and

<blockquote>⟦q:words|It doubts that any drawing, formula or sample can show a smell to those who read the
register.⟧</blockquote>

is how the court puts it.

For the completists, from the archive's own numbers: ⟦c:version|makers-5502@3⟧, ⟦c|signet-12610@2⟧,
⟦c|hyosho-301⟧ and ⟦c:version|bote-902@4⟧. (COVID-19 and form TM-7 are not among them.)

On the Brindles (⟦c|signet-12744⟧) I only have a line from memory: "⟦q:unread|both families asked that the
sum be kept from the children⟧".

Have another look, too, at ⟦c:date|Idris Kaya's "Why a handle is not a mark" (*Marks & Makers*, 11
September 2016)⟧. **"⟦q|Advertising that says 'look for the curve' is where to begin⟧"**: quite so.

What do I think? As my grandmother used to say, "⟦q:unknown|a name is a promise that nobody remembers
making⟧". Rock 'n' roll, folks, and mind the dogs' bowls and the cats' tails on the way out.

The [registrar][1], finally, "wants decisions in plain words".

[1]: ⟦c|https://www.marksandmakers.example/interviews/five-questions-for-the-new-registrar-5533#:~:text=plain%20words⟧
"""

# A thesis: biblatex and csquotes, with some footnotes in APA.
THESIS = r"""
\documentclass[a4paper]{scrbook}
\usepackage[style=authoryear]{biblatex}
\usepackage{csquotes}
\addbibresource{sources.bib}
\begin{document}
\chapter{On the owners' shelves and the rivals' boxes}\label{ch:2019-shelves}
Let $f''(x)$ be the owners' demand for boxes and $g'(x)$ the rivals' supply; see Table~3.2 for 1962--2020.
What the study of \textcite{ports} has to say of supply is bleak: ``⟦q|the goods are burnt, and no judge
ever hears of them⟧'' \parencite[see][2]{ports}.

The dairies are a case in point:
\blockquote[{\cite{alpine}}]{⟦q|For forty years two dairies have fought over the word Alpine, and neither
of them has a cow above the tree line.⟧}
In the end \textquote[{\cite[14]{alpine}}][.]{⟦q:words|the last one was settled over a plate of ham that
both of them claimed to have made⟧} % "nobody will ever want to have this remark checked"
It is not true that ``⟦q:missing|the cows were sold to pay the lawyers of the losing side⟧''
\parencite{alpine}.

\section{Shapes}
\begin{quotation}
  \noindent ⟦q|Buyers see the curve of a handle as a grip and not as a sign of who made the jug.
  [\dots] Advertising that says ``look for the curve'' is where to begin.⟧
\end{quotation}
Thus the opinion piece of late 2016.\footnote{⟦c:headline|Kaya, I. (2016, November 9). Why a spout is not a
mark. \textit{Marks \& Makers}. \url{https://marksandmakers.example/opinion/why-a-handle-is-not-a-mark-5431}⟧}
So-called \enquote{four shapes}, it adds, have been \enquote{sunk}. The lamp makers are luckier with
neither.\footnote{⟦c|Holm, P. (2021, March 30). Tribunal bars \enquote{Moonbeam} for lamps; appeal likely.
\textit{The Signet Gazette}. \url{https://signetgazette.example/trademark/tribunal-bars-moonbeam-12700}⟧;
\textit{pace} ⟦c:date paper|J.~Albrecht and M.~Tanaka, ``\thinspace `Quill \& Crown' wins back its
name,'' \emph{Marks \& Makers}, 2018-03-12, \url{http://signetgazette.example/amp/quill-crown}⟧.}

\section{Colours}
The gum case\footnote{⟦c|Wei{\ss}, J. (14.~M\"arz 2019). \emph{Gericht: Farbe T\"urkis ist keine Marke}
[Court: the colour turquoise is no trade mark]. Der Markenbote.
\href{https://markenbote.example/urteile/farbe-tuerkis-881}{markenbote.example/\dots-881}⟧} turned on
\foreignquote{german}{⟦q|eine Umfrage [...], in der kaum jeder Dritte die Farbe erkannte⟧}.
\end{document}
"""

SOURCES = r"""
% Encoding: UTF-8

@article{ports,
  author       = {Kaya, Idris},
  title        = {Study: Most Seizures at Ports Never Reach a Court},
  journaltitle = {The Signet Gazette},
  date         = {2020-09-02},
  url          = {⟦c|http://signetgazette.example/anti-counterfeiting/most-seizures-never-reach-a-court-12688⟧},
  urldate      = {2024-05-14},
}

@Article{alpine,
  author   = {van der Meer, Clara},
  title    = {The Long Quarrel over the Word {``Alpine''}},
  journal  = {Marks \& Makers},
  year     = {2018},
  month    = jul,
  url      = {⟦c|https://marksandmakers.example/features/the-long-quarrel-over-alpine-5502⟧},
  annote   = {Begins: ``⟦q|For forty years two dairies have fought over the word Alpine⟧''.},
}

@online{lantern,
  author  = {Holm, P.},
  title   = {Orrin \& Vale loses appeal over lantern mark},
  organization = {The Signet Gazette},
  date    = {2017-08-04},
  url     = {⟦c|https://www.signetgazette.example/trademark/orrin-vale-loses-appeal-over-lantern-mark-12107⟧},
  urldate = {2019-06-01},
}

@misc{teal,
  author       = {Ruth O'Connell},
  title        = {Harrow {Mills} sues over teal packaging},
  howpublished = {The Signet Gazette, \url{⟦c:author changed|http://signetgazette.example/trademark/harrow-mills-teal-12610⟧}},
  year         = 2020,
  note         = {Accessed: 2020-01-16},
}

@article{registrar,
  author  = {Kaya, Idris and Holm, Petra},
  title   = {⟦c:paper|Five questions for the new registrar⟧},
  journal = {The Signet Gazette},
  year    = {2022},
  month   = {2},
  day     = {1},
}

@article{roe1975,
  author  = {Roe, Jane},
  title   = {Handles Everywhere},
  journal = {Harbour Law Review},
  volume  = {88},
  pages   = {12--45},
  year    = {1975},
}

@article{fell,
  author  = {Fell, Max},
  title   = {Nine in Ten},
  journal = {Journal of Lesser Lights},
  year    = {2022},
  doi     = {⟦c:unknown|10.5555/nine.2022.10⟧},
}
"""

# A columnist's plain text: MLA, typewriter quotes.
COLUMN = """
THE COLUMN -- 27 November 2026

"Nobody's name is safe," I wrote in '98. The stationers' ink and the kings' crowns have
proved me wrong (Albrecht and Tanaka). The office may yet appeal:

        ⟦q|The office has two months in which to appeal, and its lawyers have not said
        whether they will.⟧

(Albrecht and Tanaka). That was in 2018; they never said.

As for the lantern: ``⟦q:old|The costs of both sides, put at £240,000, fall on the
appellant⟧'' (⟦c:changed corrected|Petra Holm, "Orrin & Vale loses appeal...", The Signet
Gazette, 04/08/2017⟧). That's 240 grand for a shade.

Shelf life. "⟦q:missing|Whoever sells oats in a teal box will end up eating them himself⟧,"
as ⟦c|Ruth O'Dell had it ("Harrow Mills settles its suit over teal packaging," Signet
Gazette, 15 Jan. 2020, accessed 5 June 2020)⟧. The brewers have gone quiet (⟦c:withdrawn|signet-12502⟧).

The Signet Gazette has run a column on fakes since 2014, and I've read all 612 of them. Not
one says, as my neighbour does, that "⟦q:unknown|a forger is only an artist with a poor sense
of timing⟧".

Works Cited

⟦c|Albrecht, Jonas, and Mei Tanaka. "'Quill & Crown' Wins Back Its Name." The Signet Gazette,
12 Feb. 2018, signetgazette.example/trademark/quill-crown-wins-back-its-name-12311. Accessed
9 Mar. 2023.⟧

⟦c:author date|Albrecht, Jonas. "Tribunal Bars 'Moonbeam' for Lamps; Appeal Likely." The Signet
Gazette, 20 Mar. 2021, https://signetgazette.example/trademark/tribunal-bars-moonbeam-12700.⟧

Marsh, Ida. The Quiet Register. 3rd ed., Harbour Press, 2011.

⟦c:unknown|"Registry Moves to the Coast." The Signet Gazette, 3 May 2018,
signetgazette.example/courts/registry-moves-to-the-coast-12399.⟧
"""

CHAPTERS = {
    "shade.docx": SHADE,
    "oats.docx": OATS,
    "fussnoten.docx": FUSSNOTEN,
    "quay.md": QUAY,
    "weeklog.md": WEEKLOG,
    "thesis.tex": THESIS,
    "sources.bib": SOURCES,
    "column.txt": COLUMN,
}
