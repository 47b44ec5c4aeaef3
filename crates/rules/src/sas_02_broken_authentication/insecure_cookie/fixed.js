exports.handler = async (event) => {
  const cookie = 'sid=1; Secure; HttpOnly; SameSite=Lax';
  return { statusCode: 204, headers: { 'Set-Cookie': cookie }, cookies: [cookie] };
};
