package utils

import (
	"encoding/json"
	"os"
	"sort"

	"github.com/zricethezav/gitleaks/v8/config"
)

type wanted struct {
	Rule  string `json:"rule"`
	Path  string `json:"path"`
	Text  string `json:"text"`
	Found bool   `json:"found"`
}

// Validate writes the texts of a rule's test, one a line, instead of running it.
func Validate(rule config.Rule, truePositives []string, falsePositives []string) *config.Rule {
	for _, text := range truePositives {
		write(wanted{rule.RuleID, "", text, true})
	}
	for _, text := range falsePositives {
		write(wanted{rule.RuleID, "", text, false})
	}
	return &rule
}

// ValidateWithPaths does the same for texts that stand in a file of a name.
func ValidateWithPaths(rule config.Rule, truePositives map[string]string, falsePositives map[string]string) *config.Rule {
	for found, texts := range map[bool]map[string]string{true: truePositives, false: falsePositives} {
		var paths []string
		for path := range texts {
			paths = append(paths, path)
		}
		sort.Strings(paths)
		for _, path := range paths {
			write(wanted{rule.RuleID, path, texts[path], found})
		}
	}
	return &rule
}

func write(line wanted) {
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		panic(err)
	}
}
