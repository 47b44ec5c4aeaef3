package x;

import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Service;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

class Order {
  public String name;
  public int size;
  public String getName() { return name; }
  public int getSize() { return size; }
}

@Service
class Store {
  private final JdbcTemplate jdbc;
  Store(JdbcTemplate jdbc) { this.jdbc = jdbc; }
  Object find(String name) {
    return jdbc.queryForList("SELECT * FROM t WHERE n = '" + name + "'"); // expect: sql attacker
  }
  Object safe(String name) {
    return jdbc.queryForList("SELECT * FROM t WHERE n = ?", name);
  }
}

@RestController
@RequestMapping("/orders")
public class Orders {
  private final Store store;
  public Orders(Store store) { this.store = store; }

  @GetMapping("/{name}")
  public ResponseEntity<Object> show(@PathVariable String name, @RequestHeader("x") String h) throws Exception {
    Runtime.getRuntime().exec(h); // expect: command attacker
    store.safe(name);
    return ResponseEntity.ok(store.find(name));
  }

  @PostMapping
  public Object make(@RequestBody Order order, @RequestParam int n) throws Exception {
    Runtime.getRuntime().exec(order.getName()); // expect: command attacker
    Runtime.getRuntime().exec("x" + order.getSize());
    Runtime.getRuntime().exec("x" + n);
    return order;
  }

  @ExceptionHandler(Exception.class)
  public ResponseEntity<String> fail(Exception e) {
    return ResponseEntity.status(500).body(e.getMessage()); // expect: error operator
  }
}
