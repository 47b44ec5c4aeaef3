// Package config holds what the rule files of gitleaks fill in; nothing here decides anything.
package config

import (
	"regexp"
	"strings"
)

type AllowlistMatchCondition int

const (
	AllowlistMatchOr AllowlistMatchCondition = iota
	AllowlistMatchAnd
)

type Allowlist struct {
	Description    string
	MatchCondition AllowlistMatchCondition
	Commits        []string
	Paths          []*regexp.Regexp
	RegexTarget    string
	Regexes        []*regexp.Regexp
	StopWords      []string
}

// ContainsStopWord is asked of made-up secrets only: one that holds a word of the list is drawn again.
func (a *Allowlist) ContainsStopWord(text string) (bool, string) {
	lower := strings.ToLower(text)
	for _, word := range a.StopWords {
		if strings.Contains(lower, strings.ToLower(word)) {
			return true, word
		}
	}
	return false, ""
}

type Required struct {
	RuleID        string
	WithinLines   *int
	WithinColumns *int
}

type Rule struct {
	RuleID        string
	Description   string
	Entropy       float64
	SecretGroup   int
	Regex         *regexp.Regexp
	Path          *regexp.Regexp
	Tags          []string
	Keywords      []string
	Allowlists    []*Allowlist
	RequiredRules []*Required
	SkipReport    bool
}
