const settings = { user: "orders", password: process.env.DB_PASSWORD };

exports.handler = async () => settings.user;
