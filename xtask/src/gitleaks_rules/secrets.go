// Package secrets draws texts that an expression matches; the same ones in every run.
package secrets

import (
	"math/rand"
	"regexp/syntax"
	"strings"
)

var random = rand.New(rand.NewSource(20260101))

// Most repetitions of what may be repeated without end.
const most = 24

func NewSecret(pattern string) string {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		panic(err)
	}
	var text strings.Builder
	draw(tree, &text)
	return text.String()
}

func draw(tree *syntax.Regexp, text *strings.Builder) {
	switch tree.Op {
	case syntax.OpLiteral:
		text.WriteString(string(tree.Rune))
	case syntax.OpCharClass:
		text.WriteRune(member(tree.Rune))
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		text.WriteRune(rune('a' + random.Intn(26)))
	case syntax.OpCapture:
		draw(tree.Sub[0], text)
	case syntax.OpConcat:
		for _, part := range tree.Sub {
			draw(part, text)
		}
	case syntax.OpAlternate:
		draw(tree.Sub[random.Intn(len(tree.Sub))], text)
	case syntax.OpStar:
		repeat(tree.Sub[0], 0, most, text)
	case syntax.OpPlus:
		repeat(tree.Sub[0], 1, most, text)
	case syntax.OpQuest:
		repeat(tree.Sub[0], 0, 1, text)
	case syntax.OpRepeat:
		end := tree.Max
		if end < 0 {
			end = tree.Min + most
		}
		repeat(tree.Sub[0], tree.Min, end, text)
	}
}

func repeat(tree *syntax.Regexp, least, end int, text *strings.Builder) {
	for count := least + random.Intn(end-least+1); count > 0; count-- {
		draw(tree, text)
	}
}

// One of the printable characters of a class, each as likely as the others.
func member(ranges []rune) rune {
	var all []rune
	for at := 0; at+1 < len(ranges); at += 2 {
		for one := max(ranges[at], ' '); one <= min(ranges[at+1], '~'); one++ {
			all = append(all, one)
		}
	}
	if len(all) == 0 {
		return ranges[0]
	}
	return all[random.Intn(len(all))]
}
