package shop;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyResponseEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;
import javax.persistence.EntityManager;

public class Orders implements RequestHandler<APIGatewayProxyRequestEvent, APIGatewayProxyResponseEvent> {
  private static final Set<String> COLUMNS = Set.of("price", "name");
  private final ObjectMapper mapper = new ObjectMapper();
  private JdbcTemplate jdbc;
  private EntityManager entities;

  @Override
  public APIGatewayProxyResponseEvent handleRequest(APIGatewayProxyRequestEvent event, Context context) {
    Map<String, String> query = event.getQueryStringParameters();
    String name = query.get("name");
    String sort = query.getOrDefault("sort", "name");
    APIGatewayProxyResponseEvent response = new APIGatewayProxyResponseEvent();
    try (Connection connection = DriverManager.getConnection(System.getenv("URL"))) {
      Statement statement = connection.createStatement();
      ResultSet rows = statement.executeQuery("SELECT * FROM t WHERE name = '" + name + "'"); // expect: sql
      statement.execute(String.format("DELETE FROM t WHERE name = '%s'", name)); // expect: sql
      PreparedStatement wrong = connection.prepareStatement("SELECT * FROM t ORDER BY " + sort); // expect: sql
      wrong.executeQuery();
      PreparedStatement right = connection.prepareStatement("SELECT * FROM t WHERE name = ?");
      right.setString(1, name);
      right.executeQuery();
      if (COLUMNS.contains(sort)) {
        statement.executeQuery("SELECT * FROM t ORDER BY " + sort);
      }
      StringBuilder sql = new StringBuilder("SELECT * FROM t");
      if (name != null) {
        sql.append(" WHERE name = '").append(name).append("'");
      }
      statement.executeUpdate(sql.toString()); // expect: sql
      int limit = Integer.parseInt(query.get("limit"));
      statement.executeQuery("SELECT * FROM t LIMIT " + limit);

      JsonNode body = mapper.readTree(event.getBody());
      jdbc.queryForList("SELECT * FROM t WHERE id = '" + body.get("id").asText() + "'"); // expect: sql
      jdbc.queryForList("SELECT * FROM t WHERE id = ?", body.get("id").asText());
      Order order = mapper.readValue(event.getBody(), Order.class);
      jdbc.update("DELETE FROM t WHERE id = " + order.getId()); // expect: sql
      entities.createQuery("FROM Order o WHERE o.name = '" + name + "'").getResultList(); // expect: sql
      entities.createQuery("FROM Order o WHERE o.name = :n").setParameter("n", name).getResultList();
      entities.createNativeQuery("SELECT * FROM t WHERE name = '" + name + "'"); // expect: sql
      return response.withStatusCode(200).withBody("ok");
    } catch (Exception e) {
      return response.withStatusCode(500).withBody(e.getMessage()); // expect: error
    }
  }

  static class Order {
    private String id;
    int count;

    String getId() {
      return id;
    }
  }
}
