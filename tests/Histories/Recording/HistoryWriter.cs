using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Histories.Recording;

/// <summary>Writes what <see cref="HistoryReader"/> reads, every property on every line, one line an operation.</summary>
public static class HistoryWriter
{
    private static readonly JsonWriterOptions OneLine = new() { Indented = false, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(History history, TextWriter target)
    {
        using var bytes = new MemoryStream();
        using var json = new Utf8JsonWriter(bytes, OneLine);
        foreach (Operation operation in history.Operations)
        {
            bytes.SetLength(0);
            json.Reset();
            WriteOperation(operation, json);
            json.Flush();
            target.Write(Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length));
            target.Write('\n');
        }
    }

    private static void WriteOperation(Operation operation, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("process", operation.Process);
        json.WriteString("op", NameOf(operation.Kind));
        json.WriteString("key", operation.Key);
        json.WritePropertyName("input");
        WriteInput(operation, json);
        json.WritePropertyName("output");
        WriteOutput(operation, json);
        json.WriteNumber("start_ns", operation.StartNs);
        if (operation.EndNs is { } end)
        {
            json.WriteNumber("end_ns", end);
        }
        else
        {
            json.WriteNull("end_ns");
        }

        json.WriteString("status", operation.Status switch { OperationStatus.Ok => "ok", OperationStatus.Fail => "fail", _ => "unknown" });
        json.WriteEndObject();
    }

    private static string NameOf(OperationKind kind) => kind switch
    {
        OperationKind.Get => "get",
        OperationKind.Put => "put",
        OperationKind.Cas => "cas",
        OperationKind.Delete => "delete",
        _ => "txn",
    };

    private static void WriteInput(Operation operation, Utf8JsonWriter json)
    {
        switch (operation.Kind)
        {
            case OperationKind.Put:
                json.WriteStringValue(operation.NewValue);
                break;
            case OperationKind.Cas:
                json.WriteStartObject();
                json.WriteString("old", operation.OldValue);
                json.WriteString("new", operation.NewValue);
                json.WriteEndObject();
                break;
            case OperationKind.Txn:
                WriteTransaction(operation, json);
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }

    private static void WriteTransaction(Operation operation, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteStartArray("reads");
        foreach (string key in operation.Reads)
        {
            json.WriteStringValue(key);
        }

        json.WriteEndArray();
        json.WriteStartObject("writes");
        foreach ((string key, string value) in operation.Writes)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteOutput(Operation operation, Utf8JsonWriter json)
    {
        switch (operation.Status == OperationStatus.Ok ? operation.Kind : OperationKind.Put)
        {
            case OperationKind.Get:
                json.WriteStringValue(operation.Output);
                break;
            case OperationKind.Cas:
                json.WriteBooleanValue(operation.Swapped);
                break;
            case OperationKind.Txn:
                json.WriteStartArray();
                foreach (string? value in operation.ReadValues)
                {
                    json.WriteStringValue(value);
                }

                json.WriteEndArray();
                break;
            default:
                json.WriteNullValue();
                break;
        }
    }
}
