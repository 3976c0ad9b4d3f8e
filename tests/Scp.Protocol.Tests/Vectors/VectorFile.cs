using System.Text.Json;
using System.Text.Json.Serialization;

namespace Scp.Protocol.Tests.Vectors;

/// <summary>Reads the vectors that make_vectors.py computed.</summary>
internal static class VectorFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    public static T[] Read<T>(string name)
    {
        string path = Path.Combine(TestContext.CurrentContext.TestDirectory, "Vectors", name);
        T[] vectors = JsonSerializer.Deserialize<T[]>(File.ReadAllText(path), Options)!;
        Assert.That(vectors, Is.Not.Empty);
        return vectors;
    }

    public static SessionId Session(string hex)
    {
        Assert.That(SessionId.TryParse(Convert.FromHexString(hex), out SessionId session), Is.True);
        return session;
    }
}
