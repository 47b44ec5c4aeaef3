package shop;

import java.io.*;
import java.util.*;
import javax.servlet.http.*;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.util.HtmlUtils;

class Pages extends HttpServlet {
  private static final String PREFIX = "Hello ";
  private String last;
  private static String shared;

  interface Source {
    String value(HttpServletRequest request);
  }

  static class Hostile implements Source {
    public String value(HttpServletRequest request) {
      return request.getParameter("name");
    }
  }

  static class Fixed implements Source {
    public String value(HttpServletRequest request) {
      return "fixed";
    }
  }

  static class Box<T> {
    private T content;

    void put(T content) {
      this.content = content;
    }

    T get() {
      return content;
    }
  }

  protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
    PrintWriter out = response.getWriter();
    String name = request.getParameter("name");
    out.println(name); // expect: html
    out.println(HtmlUtils.htmlEscape(name));
    out.println(PREFIX + name.toUpperCase().trim()); // expect: html
    out.println(name.length());
    out.write(request.getHeader("X-Name")); // expect: html
    out.print(request.getQueryString()); // expect: html
    for (Cookie cookie : request.getCookies()) {
      out.println(cookie.getValue()); // expect: html
    }
    BufferedReader reader = request.getReader();
    out.println(reader.readLine()); // expect: html

    Source hostile = new Hostile();
    Source fixed = new Fixed();
    out.println(hostile.value(request)); // expect: html
    out.println(fixed.value(request));

    Box<String> full = new Box<>();
    Box<String> clean = new Box<>();
    full.put(name);
    clean.put("x");
    out.println(full.get()); // expect: html
    out.println(clean.get());

    Map<String, String> map = new HashMap<>();
    map.put("bad", name);
    map.put("good", "x");
    out.println(map.get("bad")); // expect: html
    out.println(map.get("good"));
    for (Map.Entry<String, String> entry : map.entrySet()) {
      out.println(entry.getValue()); // expect: html
    }

    List<String> list = new LinkedList<>();
    list.add("x");
    list.add(name);
    out.println(list.get(0));
    out.println(list.get(1)); // expect: html
    Iterator<String> iterator = list.iterator();
    while (iterator.hasNext()) {
      out.println(iterator.next()); // expect: html
    }
    String[] array = new String[2];
    array[0] = name;
    array[1] = "x";
    out.println(array[0]); // expect: html
    out.println(array[1]);

    last = name;
    show(out);
    shared = name;
    out.println(Pages.shared); // expect: html
    shared = "x";
    out.println(shared);

    StringBuilder builder = new StringBuilder();
    builder.append("<b>").append(name).append("</b>");
    out.println(builder); // expect: html
    StringBuffer buffer = new StringBuffer("x");
    buffer.insert(0, name);
    out.println(buffer.toString()); // expect: html

    String chosen = 7 * 6 > 40 ? "x" : name;
    out.println(chosen);
    String picked;
    switch ("B".charAt(0)) {
      case 'A':
        picked = name;
        break;
      default:
        picked = "x";
    }
    out.println(picked);
    if (false) {
      out.println(name);
    }
    String overwritten = name;
    overwritten = "x";
    out.println(overwritten);
    all(out, "x", name);
    String text = null;
    try {
      text = name;
      throw new IllegalStateException("x");
    } catch (IllegalStateException e) {
      out.println(text); // expect: html
    } finally {
      out.println("done");
    }
    Runnable later = new Runnable() {
      public void run() {
        out.println(name); // expect: html
      }
    };
    later.run();
    Runnable soon = () -> out.println(name); // expect: html
    soon.run();
    new Inner().print(out, name);
    StringTokenizer tokens = new StringTokenizer(name, ",");
    out.println(tokens.nextToken()); // expect: html
    char[] letters = name.toCharArray();
    out.println(new String(letters)); // expect: html
    out.println(String.valueOf(letters)); // expect: html
    out.println(String.join(",", list)); // expect: html
    out.println(list.stream().map(String::trim).findFirst().get()); // expect: html
    response.sendRedirect(name); // expect: redirect
    response.sendRedirect("/home");
    response.setHeader("X-Name", name); // expect: header
    request.getSession().setAttribute("name", name); // expect: session
  }

  private void show(PrintWriter out) {
    out.println(last); // expect: html
  }

  private static void all(PrintWriter out, String... texts) {
    out.println(texts[0]);
    out.println(texts[1]); // expect: html
  }

  class Inner {
    void print(PrintWriter out, String text) {
      out.println(text); // expect: html
    }
  }
}

@RestController
@RequestMapping("/orders")
class OrderController {
  @GetMapping("/{id}")
  public String get(@PathVariable String id, @RequestParam(name = "q") String query) throws IOException {
    Runtime.getRuntime().exec("find " + id); // expect: command
    Runtime.getRuntime().exec("find " + query); // expect: command
    return "ok";
  }

  @PostMapping
  public String create(@RequestBody Order order, @RequestHeader("X-User") String user) throws IOException {
    new FileReader("/data/" + order.getName()); // expect: path
    new FileReader("/data/" + user); // expect: path
    return "ok";
  }

  static class Order {
    private String name;

    public String getName() {
      return name;
    }
  }
}
