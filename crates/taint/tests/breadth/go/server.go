package main

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/tls"
	"encoding/xml"
	"fmt"
	"html/template"
	"io"
	"math/rand"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	texttemplate "text/template"

	"github.com/antchfx/xmlquery"
	"github.com/gin-gonic/gin"
	"github.com/go-ldap/ldap/v3"
	"github.com/labstack/echo/v4"
)

type command struct {
	Cmd string `json:"cmd"`
}

func search(w http.ResponseWriter, r *http.Request) {
	name := r.URL.Query().Get("name")
	fmt.Fprintf(w, "<h1>%s</h1>", name)            // expect: html
	w.Write([]byte("<h1>" + name + "</h1>"))       // expect: html
	io.WriteString(w, template.HTMLEscapeString(name))
	exec.Command("sh", "-c", r.FormValue("cmd")).Run() // expect: command
	http.Redirect(w, r, r.FormValue("next"), 302)  // expect: redirect
	http.Redirect(w, r, "/home", http.StatusFound)
	http.Get(r.Header.Get("X-Url"))                // expect: url !missing-request-timeout
	http.Get("https://api.example.com/?q=" + name) // expect: !missing-request-timeout
	body, _ := io.ReadAll(r.Body)
	os.WriteFile("/data/"+string(body), nil, 0o600) // expect: path
	t := template.Must(template.New("t").Parse("<p>{{.}}</p>"))
	t.Execute(w, name)
	t.Execute(w, template.HTML(name)) // expect: html
	texttemplate.Must(texttemplate.New("x").Parse(name)) // expect: template
	regexp.MustCompile("^a+$").MatchString(name)
	doc, _ := xmlquery.Parse(r.Body)
	xmlquery.Find(doc, "//user[@name='"+name+"']") // expect: xpath
	xmlquery.Find(doc, "//user")
	var user struct{ Name string }
	xml.Unmarshal(body, &user)
	ldap.NewSearchRequest("dc=example", 2, 0, 0, 0, false, fmt.Sprintf("(uid=%s)", name), nil, nil) // expect: ldap
	ldap.NewSearchRequest("dc=example", 2, 0, 0, 0, false, fmt.Sprintf("(uid=%s)", ldap.EscapeFilter(name)), nil, nil)
}

func remarks() {
	md5.Sum([]byte("x")) // expect: !weak-hash
	sha256.Sum256([]byte("x"))
	rand.Intn(10) // expect: !weak-random
	tr := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} // expect: !disabled-tls-verification
	_ = tr
	_ = &tls.Config{MinVersion: tls.VersionTLS12}
}

func echoRoute(c echo.Context) error {
	exec.Command("sh", "-c", c.QueryParam("cmd")).Run() // expect: command
	return c.HTML(200, "<b>"+c.Param("name")+"</b>")     // expect: html
}

func main() {
	http.HandleFunc("/search", search)
	router := gin.Default()
	router.GET("/run/:name", func(c *gin.Context) {
		exec.Command("sh", "-c", "ls "+c.Param("name")).Run() // expect: command
		exec.Command("ls", "--", c.Query("name")).Run()
		os.Open("/data/" + c.Query("file")) // expect: path
		var body command
		c.ShouldBindJSON(&body)
		exec.Command("bash", "-c", body.Cmd).Run() // expect: command
		c.JSON(200, gin.H{"name": c.Param("name")})
		c.Redirect(302, c.Query("next")) // expect: redirect
	})
	e := echo.New()
	e.GET("/echo", echoRoute)
	remarks()
	http.ListenAndServe(":8080", nil)
}
