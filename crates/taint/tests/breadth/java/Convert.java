package shop;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.amazonaws.services.lambda.runtime.events.S3Event;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import java.io.*;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.json.JSONObject;

class OnUpload implements RequestHandler<S3Event, String> {
  public String handleRequest(S3Event event, Context context) {
    String key = event.getRecords().get(0).getS3().getObject().getUrlDecodedKey();
    File target = new File("/tmp/" + key);
    try {
      FileOutputStream out = new FileOutputStream(target); // expect: path
      Files.write(Paths.get("/tmp", key), new byte[0]); // expect: path
      Files.readAllBytes(Paths.get("/tmp", Paths.get(key).getFileName().toString()));
      new FileReader(new File("/tmp", new File(key).getName()));
      Path resolved = Paths.get("/tmp").resolve(key).normalize();
      if (!resolved.startsWith("/tmp/")) {
        throw new IllegalArgumentException("outside");
      }
      Files.delete(resolved);
      Runtime.getRuntime().exec("convert " + key + " out.png"); // expect: command
      Runtime.getRuntime().exec(new String[] {"sh", "-c", "convert " + key}); // expect: command
      Runtime.getRuntime().exec(new String[] {"convert", key});
      new ProcessBuilder("sh", "-c", "convert " + key).start(); // expect: command
      new ProcessBuilder("convert", key, "out.png").start();
      List<String> command = new ArrayList<>();
      command.add("bash");
      command.add("-c");
      command.add("convert " + key);
      ProcessBuilder builder = new ProcessBuilder(command); // expect: command
      builder.start();
      new ProcessBuilder(Arrays.asList("convert", key)).start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "ok";
  }
}

class OnMessage implements RequestHandler<SQSEvent, Void> {
  @Override
  public Void handleRequest(SQSEvent event, Context context) {
    for (SQSEvent.SQSMessage message : event.getRecords()) {
      JSONObject body = new JSONObject(message.getBody());
      run(body.getString("host"));
      runSafely(body.getInt("port"));
    }
    return null;
  }

  private void run(String host) {
    try {
      Runtime.getRuntime().exec("ping " + host); // expect: command
    } catch (IOException e) {
      e.printStackTrace();
    }
  }

  private void runSafely(int port) {
    try {
      Runtime.getRuntime().exec("nc localhost " + port);
    } catch (IOException e) {
      e.printStackTrace();
    }
  }
}

class Unpack implements RequestStreamHandler {
  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
    ObjectInputStream objects = new ObjectInputStream(input);
    try {
      Object made = objects.readObject(); // expect: deserialization
    } catch (ClassNotFoundException e) {
      throw new IOException(e);
    }
    ZipInputStream zip = new ZipInputStream(input);
    ZipEntry entry;
    while ((entry = zip.getNextEntry()) != null) {
      File file = new File("/tmp", entry.getName());
      new FileOutputStream(file).close(); // expect: path
    }
  }
}
