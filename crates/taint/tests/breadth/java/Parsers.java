package shop;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.thoughtworks.xstream.XStream;
import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import javax.naming.InitialContext;
import javax.naming.directory.DirContext;
import javax.naming.directory.InitialDirContext;
import javax.naming.directory.SearchControls;
import javax.script.ScriptEngine;
import javax.script.ScriptEngineManager;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.SAXParserFactory;
import javax.xml.stream.XMLInputFactory;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathFactory;
import org.springframework.expression.spel.standard.SpelExpressionParser;
import org.springframework.web.client.RestTemplate;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

public class Parsers implements RequestHandler<APIGatewayV2HTTPEvent, String> {
  public String handleRequest(APIGatewayV2HTTPEvent event, Context context) {
    String body = event.getBody();
    String name = event.getQueryStringParameters().get("name");
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      DocumentBuilder builder = factory.newDocumentBuilder();
      Document doc = builder.parse(new InputSource(new StringReader(body))); // expect: xml
      DocumentBuilderFactory safe = DocumentBuilderFactory.newInstance();
      safe.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      safe.newDocumentBuilder().parse(new InputSource(new StringReader(body)));
      SAXParserFactory.newInstance().newSAXParser().parse(new ByteArrayInputStream(body.getBytes()), null); // expect: xml
      XMLInputFactory streams = XMLInputFactory.newInstance();
      streams.createXMLStreamReader(new StringReader(body)); // expect: xml
      XMLInputFactory closed = XMLInputFactory.newInstance();
      closed.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      closed.createXMLStreamReader(new StringReader(body));
      XPath xpath = XPathFactory.newInstance().newXPath();
      xpath.evaluate("//user[@name='" + name + "']", doc); // expect: xpath
      xpath.evaluate("//user", doc);

      new XStream().fromXML(body); // expect: deserialization
      new Yaml().load(body); // expect: deserialization?
      new Yaml(new SafeConstructor()).load(body);

      ScriptEngine engine = new ScriptEngineManager().getEngineByName("javascript");
      engine.eval(name); // expect: code
      new SpelExpressionParser().parseExpression(name).getValue(); // expect: code
      Class.forName(name).getDeclaredConstructor().newInstance(); // expect: code?

      DirContext directory = new InitialDirContext();
      directory.search("ou=people", "(uid=" + name + ")", new SearchControls()); // expect: ldap
      directory.search("ou=people", "(uid={0})", new Object[] {name}, new SearchControls());
      new InitialContext().lookup(name); // expect: deserialization

      HttpURLConnection connection = (HttpURLConnection) new URL(name).openConnection(); // expect: url
      HttpClient client = HttpClient.newHttpClient();
      HttpRequest request = HttpRequest.newBuilder().uri(URI.create(name)).build(); // expect: url
      client.send(request, HttpResponse.BodyHandlers.ofString());
      new RestTemplate().getForObject(name, String.class); // expect: url
      new RestTemplate().getForObject("https://api.example.com/{n}", String.class, name);
    } catch (Exception e) {
      return "error";
    }
    return "ok";
  }
}
