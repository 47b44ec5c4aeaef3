package shop;

import java.io.PrintWriter;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Random;
import javax.crypto.Cipher;
import javax.servlet.http.*;

public class Remarks extends HttpServlet {
  protected void doPost(HttpServletRequest request, HttpServletResponse response) throws java.io.IOException {
    PrintWriter out = response.getWriter();
    try {
      MessageDigest.getInstance("MD5").digest("x".getBytes()); // expect: !weak-hash
      MessageDigest.getInstance("SHA-256").digest("x".getBytes());
      Cipher.getInstance("DES/CBC/PKCS5Padding"); // expect: !weak-cipher
      Cipher.getInstance("AES/ECB/PKCS5Padding"); // expect: !weak-cipher
      Cipher.getInstance("AES/GCM/NoPadding");
      int number = new Random().nextInt(); // expect: !weak-random
      int other = new SecureRandom().nextInt();
      Cookie cookie = new Cookie("session", "x");
      cookie.setSecure(false); // expect: !insecure-cookie
      response.addCookie(cookie);
    } catch (Exception e) {
      e.printStackTrace(out); // expect: error?
      e.printStackTrace();
      out.println(e.getMessage()); // expect: error
      out.println("failed");
    }
  }
}
