package main

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var name = regexp.MustCompile(`^[a-z]+$`)
var loose = regexp.MustCompile(`[a-z]+`)
var allowed = map[string]bool{"a": true, "b": true}

func handler(w http.ResponseWriter, r *http.Request) {
	a := r.FormValue("a")
	if loose.MatchString(a) {
		exec.Command("sh", "-c", "ls "+a).Run() // expect: command
	}
	if !name.MatchString(a) {
		return
	}
	exec.Command("sh", "-c", "ls "+a).Run()
	b := r.FormValue("b")
	if !allowed[b] {
		return
	}
	exec.Command("sh", "-c", "ls "+b).Run()
	c := r.FormValue("c")
	if !slices.Contains([]string{"a", "b"}, c) {
		return
	}
	exec.Command("sh", "-c", "ls "+c).Run()
	full := filepath.Join("/x", r.FormValue("d"))
	os.ReadFile(full) // expect: path
	if !strings.HasPrefix(full, "/x/") {
		return
	}
	os.ReadFile(full)
	os.ReadFile("/x/" + filepath.Base(r.FormValue("e")))
	glued := "/x/" + r.FormValue("f")
	if !strings.HasPrefix(glued, "/x/") {
		return
	}
	os.ReadFile(glued) // expect: path
}

func main() {
	http.HandleFunc("/", handler)
}
