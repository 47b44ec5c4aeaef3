// Package regexp is the standard one under the name that the rule files import.
package regexp

import standard "regexp"

type Regexp = standard.Regexp

func MustCompile(pattern string) *standard.Regexp { return standard.MustCompile(pattern) }
