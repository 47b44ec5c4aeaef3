package shop;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import java.io.File;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

public class Guards implements RequestHandler<APIGatewayProxyRequestEvent, String> {
  private static final Path ROOT = Paths.get("/x");
  private static final String FOLDER = "/x/";
  private static final Set<String> ALLOWED = Set.of("a", "b");
  private static final Pattern NAME = Pattern.compile("[a-z]+");

  public String handleRequest(APIGatewayProxyRequestEvent event, Context context) throws Exception {
    String name = event.getPathParameters().get("name");
    Path target = ROOT.resolve(name).normalize();
    Files.readString(target); // expect: path
    if (!target.startsWith(ROOT)) {
      throw new IllegalArgumentException();
    }
    Files.readString(target);
    File file = new File(FOLDER, event.getPathParameters().get("file")).getCanonicalFile();
    if (!file.getPath().startsWith(FOLDER)) return "";
    new FileInputStream(file);
    File loose = new File(FOLDER, event.getPathParameters().get("loose"));
    if (!loose.getPath().startsWith(FOLDER)) return "";
    new FileInputStream(loose); // expect: path
    String kind = event.getPathParameters().get("kind");
    if (!ALLOWED.contains(kind)) return "";
    Runtime.getRuntime().exec("ls " + kind);
    String word = event.getPathParameters().get("word");
    if (NAME.matcher(word).find()) {
      Runtime.getRuntime().exec("ls " + word); // expect: command
    }
    if (!NAME.matcher(word).matches()) return "";
    Runtime.getRuntime().exec("ls " + word);
    String other = event.getPathParameters().get("other");
    if (!other.matches("[a-z]+")) return "";
    Runtime.getRuntime().exec("ls " + other);
    String third = event.getPathParameters().get("third");
    if (Pattern.matches("[a-z]+", third)) Runtime.getRuntime().exec("ls " + third);
    Runtime.getRuntime().exec("ls " + third); // expect: command
    return "";
  }
}
