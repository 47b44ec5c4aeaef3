package shop.orders;

import com.amazonaws.services.lambda.runtime.*;
import java.util.*;
import java.util.function.Function;
import static java.util.stream.Collectors.toList;

@Deprecated(since = "1")
public class Handler implements RequestHandler<Map<String, Object>, String> {
    private static final Map<String, String> NAMES = new HashMap<>() {{ put("a", "b"); }};
    enum State { OPEN("o"), CLOSED { int code() { return 2; } }; String word; State(String... words) { word = words[0]; } int code() { return 1; } }
    record Line(String sku, int count) { Line { if (count < 0) throw new IllegalArgumentException("count " + count); } }
    sealed interface Shape permits Circle {}
    static final class Circle implements Shape { int[] r = {1, 2}; }

    @Override
    public String handleRequest(Map<String, Object> event, Context context) {
        String id = (String) event.getOrDefault("id", "none");
        StringBuilder text = new StringBuilder();
        outer:
        for (int i = 0, n = id.length(); i < n; i++) {
            do { if (i % 2 == 0) continue outer; else break outer; } while (true);
        }
        for (var entry : event.entrySet()) text.append(entry.getKey()).append('=');
        try (var in = new Scanner(id); Scanner other = in) {
            Runtime.getRuntime().exec(new String[] {"sh", "-c", in.nextLine()});
        } catch (IllegalStateException | java.io.IOException error) {
            context.getLogger().log(error.getMessage());
        } finally {
            synchronized (this) { NAMES.forEach((key, value) -> text.append(key)); }
        }
        Object shape = new Circle();
        String word = switch (shape) {
            case Circle c when c.r.length > 1 -> { yield "c" + c.r[0]; }
            case null, default -> """
                text \t block
                """;
        };
        Function<String, Integer> size = String::length;
        if (shape instanceof Circle circle && circle.r != null) word += size.apply(id) > 3 ? "x" : 'y';
        switch (id) { case "a": case "b": return word; default: break; }
        List<String> all = List.of(id, word).stream().map(one -> one.trim()).collect(toList());
        assert all.size() > 0 : "empty";
        return all.get(~0 & 1 << 2 >>> 1);
    }
}
